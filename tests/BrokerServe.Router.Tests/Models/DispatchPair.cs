using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Protocol.Commands;
using BrokerServe.Router.Configuration;
using BrokerServe.Router.Dispatch;
using BrokerServe.Router.Routing;
using BrokerServe.Transport.Buffers;
using static BrokerServe.Router.Tests.Models.DispatchStep;

namespace BrokerServe.Router.Tests.Models;

/// <summary>The production dispatcher and the model side by side: both get every event, and after each they are compared.</summary>
internal sealed class DispatchPair
{
    private const int Endpoints = 3;
    private const string ReplyTo = "replies";

    // One of them plain: which of two slots that are given up at the same moment goes first is promised to nobody.
    private static readonly string[] Names = ["r0", "r1", "r2", "plain"];

    private readonly SlotTable _slots = new(3);
    private readonly Outbox _outbox = new();
    private readonly BackendDispatcher _dispatcher;
    private readonly DispatchModel _model;
    private readonly List<Ticket> _closed = [];
    private readonly HashSet<string> _ended = [];
    private int _requests;
    private int _room = 100;
    private uint _incarnation = 1;
    private uint _epoch = 1;
    private long _nowMs = 16_000;

    public DispatchPair(BackendConfig config)
    {
        _dispatcher = new BackendDispatcher("router", new BackendModel("backend", config), _slots, _outbox);
        _model = new DispatchModel(config);
        BeginTurn();
        _dispatcher.Resync(Sync);
    }

    private SyncCommand Sync => new("router", _incarnation, _epoch, "replies.router");

    public void Apply(DispatchStep step)
    {
        Tell(step);
        Compare();
        if (step.EndsTurn)
        {
            EndTurn();
        }
    }

    /// <summary>All is well at last: every replica answers sync and every query, time passes, and nothing is left.</summary>
    public void Finish()
    {
        EndTurn();
        _room = int.MaxValue;
        EndTurn();
        Apply(new DispatchStep(What.Join, 0, 100, 0, true));
        foreach (var replica in _model.Replicas.Where(r => r.State == ReplicaState.Syncing).ToArray())
        {
            _dispatcher.Hold(replica.Name, replica.Awaited, []);
            _model.Hold(replica.Name, replica.Awaited, []);
            Compare();
        }

        while (_model.Open.Count > 0)
        {
            Apply(new DispatchStep(What.Reply, 0, 0, 0, true));
        }

        _nowMs += 1_000_000;
        EndTurn();
        _dispatcher.Tick();
        _model.Tick(Order());
        EndTurn();
        Assert.Equal(0, _slots.Open);
        Assert.Equal(0, _dispatcher.Queued + _dispatcher.Held + _dispatcher.Shadows);
        Assert.Equal(_requests, _ended.Count);
        Assert.False(_dispatcher.NeedsTicks && _model.Replicas.All(r => r.State != ReplicaState.Syncing), "Nothing is left to wait for.");
    }

    private void Tell(DispatchStep step)
    {
        var name = Names[step.A % Names.Length];
        switch (step.Kind)
        {
            case What.Arrive or What.Shadow:
                Arrive(step);
                break;
            case What.Reply or What.Refuse when _model.Open.Count > 0:
                Reply(_model.Open[step.A % _model.Open.Count], step);
                break;
            case What.LateReply when _closed.Count > 0:
                Assert.False(_dispatcher.Reply(_closed[step.A % _closed.Count], ReplyStatus.Ok, default, null));
                break;
            case What.Cancel when _requests > 0:
                var id = $"q{Math.Max(0, _requests - 1 - (step.A % 20))}";
                _dispatcher.Cancel(ReplyTo, id);
                _model.Cancel(id);
                break;
            case What.Join:
                var isPlain = name == "plain";
                var isDrained = step.C % 5 == 1;
                var limit = isDrained ? 0 : step.B % 5;
                _dispatcher.Join(name, "queue", isPlain ? Dialect.Plain : Dialect.Framed, limit, isDrained: isDrained);
                _model.Join(name, isPlain, limit, isDrained);
                break;
            case What.SetLimit:
                _dispatcher.SetLimit(name, step.B % 5);
                _model.SetLimit(name, step.B % 5);
                break;
            case What.Drain:
                _dispatcher.Drain(name);
                _model.Drain(name);
                break;
            case What.Leave:
                _dispatcher.Leave(name);
                _model.Leave(name);
                break;
            case What.Lose:
                var open = _model.Open.Where(a => a.Replica.Name == name).ToArray();
                var known = open.Where(a => a.Ticket != default).ToArray(); // Those of this turn get theirs when it ends.
                var returned = step.A % 2 == 0 && known.Length > 0 ? known[step.B % known.Length] : null;
                _closed.AddRange(open.Select(a => a.Ticket));
                _dispatcher.Lose(name, returned?.Ticket);
                _model.Lose(name, returned);
                break;
            case What.Wait or What.Jump:
                // A turn has one time, so time passes between turns.
                EndTurn();
                _nowMs += DeadlineWheel.TickMs * (long)(step.Kind == What.Wait ? step.A % 4 : step.A);
                EndTurn();
                if (step.B % 4 > 0)
                {
                    _dispatcher.Tick(); // Sometimes the tick comes late, and other events before it.
                    _model.Tick(Order());
                }

                break;
            default:
                TellRare(step, name);
                break;
        }
    }

    private void TellRare(DispatchStep step, string name)
    {
        switch (step.Kind)
        {
            case What.LosePublishing:
                _incarnation++;
                _dispatcher.Resync(Sync);
                _model.Resync(_incarnation);
                break;
            case What.LoseConsuming:
                // Sometimes the news of an older epoch, which is news no more.
                var epoch = step.A % 5 == 0 ? _epoch - 1 : _epoch;
                EndTurn();
                _dispatcher.EndEpoch(epoch);
                _model.EndEpoch(epoch, Order());
                _epoch = Math.Max(_epoch, epoch + 1);
                break;
            case What.Hold:
                Hold(step, name);
                break;
            case What.Reconfigure:
                var changed = _model.Config with { MaxQueuedQueries = 1 + (step.A % 5), MaxAttempts = 1 + (step.B % 3) };
                _dispatcher.Reconfigure(new BackendModel("backend", changed));
                _model.Reconfigure(changed);
                break;
            case What.RemoveEndpoint or What.RequeueEndpoint:
                EndTurn();
                var endpoint = step.A % Endpoints;
                if (step.Kind == What.RemoveEndpoint)
                {
                    _dispatcher.RemoveEndpoint(endpoint, "endpoint");
                    _model.RemoveEndpoint(endpoint, Order());
                }
                else
                {
                    _dispatcher.RequeueEndpoint(endpoint);
                    _model.RequeueEndpoint(endpoint, Order());
                }

                break;
            case What.Remove:
                EndTurn();
                _dispatcher.Remove();
                _model.Remove(Order());
                break;
            case What.Room:
                // From the next turn on; the mail that tells of it may come at any time in it.
                _room = step.A % 3 == 0 ? 100 : step.B % 3;
                _dispatcher.Resume();
                _model.Pair();
                break;
        }
    }

    private void Arrive(DispatchStep step)
    {
        var id = $"q{_requests++}";
        var (real, twin) = (Make(), Make());
        _dispatcher.Arrive(real);
        _model.Arrive(twin);

        Request Make() => new()
        {
            CorrelationId = ShortText.Of(id),
            ReplyTo = ReplyTo,
            EndpointId = step.A % Endpoints,
            Priority = step.B % 10,
            IsShadow = step.Kind == What.Shadow,
            AtMostOnce = step.Kind == What.Shadow || step.C % 7 == 0,
            Epoch = step.C % 11 == 0 ? _epoch - 1 : _epoch,
            Call = PooledBytes.TakeOver([], step.C),
            // In whole ticks, at which the wheel is exact.
            DeadlineMs = _nowMs + (DeadlineWheel.TickMs * (long)(step.C % 13 == 0 && step.Kind == What.Arrive ? step.B % 3 : 1 + step.C)),
        };
    }

    private void Reply(ModelAttempt attempt, DispatchStep step)
    {
        var status = step.Kind == What.Reply ? (ReplyStatus)(step.B % 5 == 0 ? 7 : 0)
            : step.B % 4 == 0 ? ReplyStatus.ShuttingDown : ReplyStatus.Overloaded;
        _closed.Add(attempt.Ticket);
        _model.Reply(attempt, status);
        var delivered = _dispatcher.Reply(attempt.Ticket, status, default, null);
        Assert.Equal(_model.Ended.GetValueOrDefault(attempt.Id) == status.Name() && attempt.Request is not null, delivered);
    }

    private void Hold(DispatchStep step, string name)
    {
        var replica = _model.Replicas.SingleOrDefault(r => r.Name == name);
        var incarnation = step.B % 6 == 0 ? _incarnation - 1 : _incarnation;
        if (replica is not null)
        {
            incarnation = step.B % 6 == 0 ? replica.Awaited - 1 : replica.Awaited;
        }

        // Bits of C say which of its queries it lists; beside them some that are not its own.
        var held = _model.Open.Where(a => a.Replica == replica).ToArray();
        Ticket[] listed =
        [
            .. held.Where((_, i) => (step.C >> (i % 10) & 1) == 1).Select(a => a.Ticket),
            .. _model.Open.Where(a => a.Replica != replica).Take(1).Select(a => a.Ticket),
            new Ticket(ulong.MaxValue),
        ];
        _dispatcher.Hold(name, incarnation, listed);
        _model.Hold(name, incarnation, listed);
        _closed.AddRange(held.Except(_model.Open).Select(a => a.Ticket));
    }

    private void BeginTurn()
    {
        _dispatcher.NowMs = _nowMs;
        _outbox.FrameCredit = _room;
        _model.BeginTurn(_nowMs, _room);
    }

    private void EndTurn()
    {
        Compare();
        foreach (var request in _outbox.Answers.Concat(_outbox.Dropped).Concat(_outbox.Requeued))
        {
            Assert.True(_ended.Add(request.CorrelationId.ToString()), $"{request.CorrelationId} ended twice.");
        }

        _outbox.Clear();
        BeginTurn();
    }

    // The production code's order, for where it is not promised.
    private IEnumerable<string> Order() =>
        _outbox.Answers.Concat(_outbox.Dropped).Concat(_outbox.Requeued).Select(r => r.CorrelationId.ToString());

    private void Compare()
    {
        var decided = _outbox.Recipients.ToDictionary(r => r, r => r.Decided);
        foreach (var replica in _model.Replicas)
        {
            var queries = decided.Where(d => d.Key.Name == replica.Name && d.Key.State != ReplicaState.Lost).SelectMany(d => d.Value).ToArray();
            Assert.Equal(replica.Sent.Select(a => (a.Id, a.Number)), queries.Select(q => (q.Request.CorrelationId.ToString(), q.Attempt)));
            for (var i = 0; i < queries.Length; i++)
            {
                replica.Sent[i].Ticket = queries[i].Ticket;
            }

            var told = _outbox.Commands.Where(c => c.Replica.Name == replica.Name && c.Replica.State != ReplicaState.Lost
                && c.Command is not ConfigureCommand); // Settings are no part of the model.
            Assert.Equal(replica.Told, told.Select(c => Word(c.Command)));
        }

        var ended = _outbox.Answers.Select(r => (r.CorrelationId.ToString(), r.Status.Name()))
            .Concat(_outbox.Dropped.Select(r => (r.CorrelationId.ToString(), "dropped")))
            .Concat(_outbox.Requeued.Select(r => (r.CorrelationId.ToString(), "requeued")));
        Assert.Equal(_model.Ended.Select(e => (e.Key, e.Value)).Order(), ended.Order());

        Assert.Equal(_model.Queued, _dispatcher.Queued);
        Assert.Equal(_model.Held, _dispatcher.Held);
        Assert.Equal(_model.Shadows, _dispatcher.Shadows);
        Assert.Equal(_model.Open.Count, _dispatcher.InFlight);
        Assert.Equal(_model.Open.Count, _slots.Open);
        Assert.Equal(_model.Credit, _dispatcher.Credit);
        Assert.Equal(_model.Live, _dispatcher.Replicas);
        Assert.True(!_model.IsStarved || _dispatcher.StarvedOfRoom, "Something waits for room, and the loop would not ask for it.");
        Assert.All(_model.Open, a => Assert.True(_slots.TryFind(a.Ticket, out _), $"The slot of {a.Id} is gone."));
    }

    private static string Word(ReplicaCommand command) => command switch
    {
        SyncCommand => "sync",
        FenceCommand => "fence",
        CancelCommand => "cancel",
        _ => "configure",
    };
}
