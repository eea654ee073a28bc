using BrokerServe.Protocol.Announcements;
using BrokerServe.Router.Configuration;
using BrokerServe.Router.Dispatch;
using BrokerServe.Router.Routing;

namespace BrokerServe.Router.Tests.Simulation;

/// <summary>One dispatch loop of a router: the production dispatcher, its mailbox, its turns and its credit at the publishing loop.</summary>
internal sealed class SimBackend
{
    private const int MailPerTurn = 8; // Few, so that turns end in all sorts of places.
    private const int FrameLimit = 4; // Little, so that room runs out.

    private readonly SimWorld _world;
    private readonly SimRouter _router;
    private readonly Queue<Action> _mailbox = new();
    private readonly Outbox _outbox = new();
    private readonly Dictionary<Replica, int> _decided = []; // Queries of this turn that were looked at.
    private bool _isTouched;
    private bool _isTurnDue;
    private bool _askedForRoom;
    private bool _isTickPosted;
    private readonly int _maxAttempts;
    private int _framesOut;
    private uint _endedEpoch; // The last of whose end the dispatcher has heard.

    public SimBackend(SimWorld world, SimRouter router, string name, BackendConfig config, int loop)
    {
        (_world, _router, Name, _maxAttempts) = (world, router, name, config.MaxAttempts);
        Slots = new SlotTable(loop);
        Dispatcher = new BackendDispatcher(router.Name, new BackendModel(name, config), Slots, _outbox);
    }

    public string Name { get; }

    public BackendDispatcher Dispatcher { get; }

    public SlotTable Slots { get; }

    /// <summary>Every replica that was ever sent something, as the dispatcher knows it.</summary>
    public HashSet<Replica> Known { get; } = [];

    /// <summary>Whether it had a turn since this was asked last.</summary>
    public bool TakeTouched()
    {
        var touched = _isTouched;
        _isTouched = false;
        return touched;
    }

    public void EndEpoch(uint epoch) => PostAction(() =>
    {
        _endedEpoch = epoch;
        Dispatcher.EndEpoch(epoch);
    });

    public void Post(Action<BackendDispatcher> tell) => PostAction(() => tell(Dispatcher));

    public void Tick()
    {
        if (Dispatcher.NeedsTicks && !_isTickPosted)
        {
            _isTickPosted = true;
            PostAction(() =>
            {
                _isTickPosted = false;
                Dispatcher.Tick();
            });
        }
    }

    /// <summary>A counted frame was written, or given up.</summary>
    public void ReturnRoom()
    {
        _framesOut--;
        if (_askedForRoom)
        {
            _askedForRoom = false;
            Post(dispatcher => dispatcher.Resume());
        }
    }

    private void PostAction(Action action)
    {
        _mailbox.Enqueue(action);
        ScheduleTurn();
    }

    private void ScheduleTurn()
    {
        if (!_isTurnDue)
        {
            _isTurnDue = true;
            _world.Within(_router.IsStalled ? 2_000 : 2, Turn);
        }
    }

    private void Turn()
    {
        _isTurnDue = false;
        if (!_router.IsAlive)
        {
            return;
        }

        _isTouched = true;
        Dispatcher.NowMs = _router.NowMs;
        _outbox.FrameCredit = FrameLimit - _framesOut;
        for (var i = 0; i < MailPerTurn && _mailbox.TryDequeue(out var mail); i++)
        {
            mail();
            CheckDispatches();
        }

        CarryOut();
        if (Dispatcher.StarvedOfRoom)
        {
            AskForRoom();
        }

        if (_mailbox.Count > 0)
        {
            ScheduleTurn();
        }
    }

    private void AskForRoom()
    {
        _world.Tally.Add("asked for room");
        _askedForRoom = true;
        if (_framesOut < FrameLimit)
        {
            _askedForRoom = false;
            Post(dispatcher => dispatcher.Resume());
        }
    }

    // After each single mail: within a turn a limit may be cut as well.
    private void CheckDispatches()
    {
        foreach (var replica in _outbox.Recipients)
        {
            var seen = _decided.GetValueOrDefault(replica);
            if (replica.Decided.Count > seen)
            {
                SimLaws.CheckDispatch(_world, _router, replica);
            }

            foreach (var query in replica.Decided.Skip(seen))
            {
                SimLaws.CheckQuery(_world, _router, replica, query.Request, _maxAttempts, Dispatcher.NowMs, _endedEpoch);
            }

            _decided[replica] = replica.Decided.Count;
        }
    }

    // In the order of the production shell: queries, commands, answers, and what ends otherwise.
    private void CarryOut()
    {
        foreach (var replica in _outbox.Recipients)
        {
            Known.Add(replica);
            Send(replica);
        }

        foreach (var (replica, command) in _outbox.Commands)
        {
            _router.Publish(new SimFrame(_router, replica.Queue, 0, 0, "", [], command));
        }

        _outbox.Answers.ForEach(_router.Answer);
        _outbox.Dropped.ForEach(_router.Drop);
        _outbox.Requeued.ForEach(_router.Requeue);
        _outbox.Clear();
        _decided.Clear();
    }

    private void Send(Replica replica)
    {
        var queries = new List<SimQuery>();
        foreach (var query in replica.Decided)
        {
            _router.Dispatched(query);
            queries.Add(new SimQuery(query.Ticket, _router.CallOf(query.Request), query.Request.IsShadow, query.Request.DeadlineMs - _router.NowMs));
        }

        var sync = Dispatcher.Sync!;
        IEnumerable<IReadOnlyList<SimQuery>> frames = replica.Dialect == Dialect.Framed ? [queries] : queries.Select(q => (IReadOnlyList<SimQuery>)[q]);
        foreach (var frame in frames)
        {
            _framesOut++;
            _router.Publish(new SimFrame(_router, replica.Queue, sync.Incarnation, sync.Epoch, sync.ReplyKey, frame, null) { Counted = this });
        }
    }
}
