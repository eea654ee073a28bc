using BrokerServe.Protocol.Announcements;
using BrokerServe.Protocol.Commands;
using BrokerServe.Router.Configuration;
using BrokerServe.Router.Dispatch;
using BrokerServe.Router.Routing;

namespace BrokerServe.Router.Tests.Dispatch;

/// <summary>One backend of one router to talk with: replicas and a caller around the production dispatcher, and one clock that one hand moves.</summary>
/// <remarks>
/// Every event is a turn of its own unless it stands inside <see cref="Turn"/>. After each turn the decisions are handed to whom they
/// concern, in the order in which the shell carries them out, and the laws are checked against the harness's own count.
/// </remarks>
internal sealed class DispatchHarness
{
    private readonly Outbox _outbox = new();
    private readonly List<TestReplica> _replicas = [];
    private readonly BackendConfig _config;
    private readonly string _name;
    private bool _inTurn;
    private uint _incarnation = 1;

    public DispatchHarness(BackendConfig? config = null, string name = "backend", int loop = 0)
    {
        _config = config ?? new BackendConfig();
        _name = name;
        Slots = new SlotTable(loop);
        Dispatcher = new BackendDispatcher("router", new BackendModel(_name, _config), Slots, _outbox);
        Caller = new TestCaller(this);
        Event(dispatcher => dispatcher.Resync(Sync));
    }

    public BackendDispatcher Dispatcher { get; }

    public SlotTable Slots { get; }

    public TestCaller Caller { get; }

    public IReadOnlyList<TestReplica> Replicas => _replicas;

    /// <summary>The one clock, in milliseconds.</summary>
    public long NowMs { get; private set; } = 1_000_000;

    public uint Epoch { get; private set; } = 1;

    public uint Incarnation => _incarnation;

    /// <summary>Messages that the publishing loop takes in a turn.</summary>
    public int Room { get; set; } = int.MaxValue;

    private SyncCommand Sync => new("router", _incarnation, Epoch, "replies.router");

    /// <summary>A replica joins.</summary>
    public TestReplica Replica(string name, int limit = 8, Dialect dialect = Dialect.Framed)
    {
        var replica = new TestReplica(this, name, dialect);
        _replicas.Add(replica);
        replica.Joins(limit);
        return replica;
    }

    /// <summary>The operator names a static replica.</summary>
    public TestReplica StaticReplica(string name, int limit)
    {
        var replica = new TestReplica(this, name, Dialect.Plain, isStatic: true);
        _replicas.Add(replica);
        replica.Joins(limit);
        return replica;
    }

    /// <summary>Several events in one turn of the loop.</summary>
    public void Turn(Action events)
    {
        Begin();
        events();
        End();
    }

    /// <summary>One event.</summary>
    public void Event(Action<BackendDispatcher> tell)
    {
        if (_inTurn)
        {
            tell(Dispatcher);
            return;
        }

        Begin();
        tell(Dispatcher);
        End();
    }

    /// <summary>Time passes, and the dispatcher is told so in steps of the wheel's tick, as by the metronome.</summary>
    public void Wait(long milliseconds)
    {
        for (var left = milliseconds; left > 0; left -= DeadlineWheel.TickMs)
        {
            NowMs += Math.Min(left, DeadlineWheel.TickMs);
            _replicas.ForEach(r => r.Ticks());
            Event(dispatcher => dispatcher.Tick());
        }
    }

    /// <summary>Time passes, and nobody tells the dispatcher before the next event.</summary>
    public void WaitUnnoticed(long milliseconds) => NowMs += milliseconds;

    /// <summary>The operator changes the backend's settings.</summary>
    public void Configure(Func<BackendConfig, BackendConfig> change) =>
        Event(dispatcher => dispatcher.Reconfigure(new BackendModel(_name, change(_config))));

    /// <summary>A publishing connection is lost and comes back.</summary>
    public void LosesPublishing()
    {
        _incarnation++;
        Event(dispatcher => dispatcher.Resync(Sync));
    }

    /// <summary>The consuming connection is lost.</summary>
    public void LosesConsuming()
    {
        var ended = Epoch++;
        Event(dispatcher => dispatcher.EndEpoch(ended));
    }

    /// <summary>The consuming connection is back, with a new reply queue.</summary>
    public void ConsumesAgain() => LosesPublishing();

    private void Begin()
    {
        Assert.False(_inTurn, "Turns do not nest.");
        _inTurn = true;
        Dispatcher.NowMs = NowMs;
        _outbox.FrameCredit = Room;
    }

    private void End()
    {
        _inTurn = false;
        foreach (var decided in _outbox.Recipients)
        {
            Find(decided).Take(decided);
        }

        foreach (var (replica, command) in _outbox.Commands)
        {
            Find(replica).Take(command);
        }

        Caller.Take(_outbox.Answers, _outbox.Dropped, _outbox.Requeued);
        _outbox.Clear();
        DispatchLaws.Check(this);
    }

    private TestReplica Find(Replica replica) => _replicas.Single(r => r.Is(replica));
}
