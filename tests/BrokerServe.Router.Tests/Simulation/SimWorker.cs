using BrokerServe.Protocol;
using BrokerServe.Protocol.Commands;

namespace BrokerServe.Router.Tests.Simulation;

/// <summary>A replica as PROTOCOL.md wants it: holds, runs within its limit, answers every query once, and knows how to sync.</summary>
/// <remarks>A plain one knows none of that: it runs whatever comes, in order, and answers to where the message says.</remarks>
internal sealed class SimWorker
{
    private const int HeartbeatMs = 1_000;

    private readonly SimWorld _world;
    private readonly SimBroker _broker;
    private readonly SimLink _toBroker;
    private readonly Dictionary<SimRouter, RouterState> _routers = [];
    private readonly List<Held> _line = []; // Held and not running, in order.
    private readonly int _slownessMs;
    private readonly int _graceMs;
    private int _running;
    private long _stopsMs = long.MaxValue;

    public SimWorker(SimWorld world, SimBroker broker, string name, string backend, int limit, bool isPlain, int slownessMs, int graceMs)
    {
        (_world, _broker, Name, Backend, Limit, IsPlain, _slownessMs, _graceMs) =
            (world, broker, name, backend, limit, isPlain, slownessMs, graceMs);
        _toBroker = new SimLink(world, 20);
        FromBroker = new SimLink(world, 20);
        broker.Open(this);
        broker.Workers.Add(this);
        Heartbeat();
    }

    public string Name { get; }

    public string Backend { get; }

    public string Queue => "queue." + Name;

    public int Limit { get; private set; }

    public bool IsPlain { get; }

    public SimLink FromBroker { get; }

    public bool IsAlive { get; private set; } = true;

    public bool IsDraining { get; private set; }

    public int HeldCount { get; private set; }

    /// <summary>The process dies, or one of its connections does: it never comes back under this name.</summary>
    public void Die()
    {
        if (!IsAlive)
        {
            return;
        }

        _world.Say($"{Name}: dies with {HeldCount}");
        IsAlive = false;
        _toBroker.Break();
        FromBroker.Break();
        _broker.Workers.Remove(this);
        _world.Within(300, () => _broker.Close(this));
    }

    public void Drain()
    {
        if (IsAlive && !IsDraining)
        {
            _world.Say($"{Name}: drains");
            IsDraining = true;
            _stopsMs = _world.NowMs + _graceMs;
            Announce();
        }
    }

    public void ChangeLimit(int limit)
    {
        Limit = limit;
        Announce();
    }

    /// <summary>Something came through its queue.</summary>
    public void Take(SimFrame frame)
    {
        if (!IsAlive)
        {
            return;
        }

        var router = StateOf(frame.Router);
        if (frame.Command is { } command)
        {
            Obey(router, command);
        }
        else if (IsPlain)
        {
            TakePlain(router, frame);
        }
        else
        {
            TakeFrame(router, frame);
        }

        LeaveIfDone();
    }

    public void Announce()
    {
        if (IsAlive)
        {
            var announcement = IsDraining ? SimAnnouncement.Draining : SimAnnouncement.Present;
            _toBroker.Send(() => _broker.Announce(this, announcement));
        }
    }

    private void Heartbeat()
    {
        if (!IsAlive)
        {
            return;
        }

        if (_world.NowMs >= _stopsMs)
        {
            Stop();
        }

        Announce();
        LeaveIfDone();
        _world.After(HeartbeatMs, Heartbeat);
    }

    private void TakeFrame(RouterState router, SimFrame frame)
    {
        if (frame.Incarnation < router.Incarnation || frame.Epoch < router.Epoch)
        {
            _world.Say($"{Name}: discards {Print(frame)} of incarnation {frame.Incarnation}");
            _world.Tally.Add("frames discarded");
            return;
        }

        if (frame.Epoch > router.Epoch || router.ReplyKey.Length == 0)
        {
            (router.Epoch, router.ReplyKey) = (frame.Epoch, frame.ReplyKey);
        }

        _world.Say($"{Name}: takes {Print(frame)}");
        var bound = Limit * Math.Max(1, _broker.Routers.Count(r => r.IsAlive || _routers.GetValueOrDefault(r) is { Held.Count: > 0 }));
        foreach (var query in frame.Queries)
        {
            if (router.Held.ContainsKey(query.Ticket))
            {
                continue;
            }

            if (IsDraining && _world.NowMs >= _stopsMs)
            {
                Answer(router, query, ReplyStatus.ShuttingDown);
            }
            else if (query.TimeLeftMs <= 0)
            {
                Answer(router, query, ReplyStatus.DeadlineExceeded);
            }
            else if (HeldCount >= bound)
            {
                Answer(router, query, ReplyStatus.Overloaded);
            }
            else
            {
                Add(new Held(router, query, frame.Epoch, _world.NowMs + query.TimeLeftMs, router.ReplyKey));
            }
        }
    }

    // Its answer goes where this message says, and it looks at no clock.
    private void TakePlain(RouterState router, SimFrame frame) =>
        Add(new Held(router, frame.Queries[0], frame.Epoch, long.MaxValue, frame.ReplyKey));

    private void Add(Held held)
    {
        HeldCount++;
        held.Router.Held.Add(held.Query.Ticket, held);
        _line.Add(held);
        RunNext();
    }

    private void RunNext()
    {
        while (_running < Limit && _line.Count > 0)
        {
            var next = _line[0];
            _line.RemoveAt(0);
            if (next.DeadlineMs <= _world.NowMs)
            {
                Finish(next, ReplyStatus.DeadlineExceeded);
                continue;
            }

            Run(next);
        }
    }

    private void Run(Held held)
    {
        _running++;
        held.IsRunning = true;
        SimLaws.CheckStart(_world, this, held.Router.Router, held.Query, held.Router.Router.MaxAttemptsOf(Backend), held.DeadlineMs);
        var takesMs = 1 + _world.Chance.Next(_slownessMs) + (_world.Happens(0.01) && !_world.IsWell ? 5_000 : 0);
        var ending = _world.Happens(0.02) ? ReplyStatus.HandlerError : ReplyStatus.Ok;
        _world.After(takesMs, () => EndRun(held, ending));
    }

    private void EndRun(Held held, ReplyStatus status)
    {
        if (!IsAlive || held.IsOver)
        {
            return;
        }

        _running--;
        Finish(held, held.Cancelled ?? status);
        RunNext();
        LeaveIfDone();
    }

    private void Finish(Held held, ReplyStatus status)
    {
        held.IsOver = true;
        HeldCount--;
        held.Router.Held.Remove(held.Query.Ticket);
        Answer(held.Router, held.Query, status, IsPlain ? held.ReplyKey : held.Router.ReplyKey);
    }

    private void Answer(RouterState router, SimQuery query, ReplyStatus status, string? key = null)
    {
        _world.Tally.Add($"reply {status.Name()}");
        key ??= router.ReplyKey;
        _toBroker.Send(() => _broker.RouteReply(key, query, status));
        if (!_world.IsWell && _world.Happens(0.01))
        {
            // It should not, and some do: a reply, and perhaps another one.
            _world.Tally.Add("replies sent twice");
            var other = _world.Happens(0.5) ? status : ReplyStatus.HandlerError;
            _toBroker.Send(() => _broker.RouteReply(key, query, other));
        }
    }

    private void Obey(RouterState router, ReplicaCommand command)
    {
        switch (command)
        {
            case SyncCommand sync when sync.Incarnation >= router.Incarnation:
                Sync(router, sync);
                break;
            case CancelCommand cancel:
                foreach (var ticket in cancel.Tickets)
                {
                    if (router.Held.TryGetValue(ticket, out var held))
                    {
                        GiveUp(held, ReplyStatus.Cancelled);
                    }
                }

                break;
            case FenceCommand:
                router.HasFenced = true;
                break;
        }
    }

    private void Sync(RouterState router, SyncCommand sync)
    {
        router.Incarnation = sync.Incarnation;
        (router.Epoch, router.ReplyKey) = (Math.Max(router.Epoch, sync.Epoch), sync.ReplyKey);
        foreach (var old in router.Held.Values.Where(h => h.Epoch < sync.Epoch).ToArray())
        {
            GiveUp(old, ReplyStatus.Cancelled);
        }

        Ticket[] tickets = [.. router.Held.Keys];
        _world.Say($"{Name}: sync {sync.Incarnation} of {router.Router.Name}, holds {tickets.Length}");
        _toBroker.Send(() => _broker.RouteHeld(sync.ReplyKey, new HeldReport(Name, sync.Incarnation, tickets)));
    }

    // What waits is answered at once; a handler is told, and ends when it likes.
    private void GiveUp(Held held, ReplyStatus status)
    {
        if (held.IsRunning)
        {
            held.Cancelled = status;
            _world.Within(50, () => EndRun(held, status));
        }
        else
        {
            _line.Remove(held);
            Finish(held, status);
        }
    }

    private void Stop()
    {
        foreach (var held in _routers.Values.SelectMany(r => r.Held.Values).ToArray())
        {
            GiveUp(held, ReplyStatus.ShuttingDown);
        }
    }

    private void LeaveIfDone()
    {
        if (IsAlive && IsDraining && HeldCount == 0 && (_broker.Routers.Where(r => r.IsAlive).All(r => StateOf(r).HasFenced) || _world.NowMs >= _stopsMs + 3_000))
        {
            _world.Say($"{Name}: leaves");
            _world.Tally.Add("replicas left");
            _toBroker.Send(() => _broker.Announce(this, SimAnnouncement.Leave));
            _toBroker.Send(() => _broker.Close(this));
            IsAlive = false;
            _broker.Workers.Remove(this);
        }
    }

    private RouterState StateOf(SimRouter router)
    {
        if (!_routers.TryGetValue(router, out var state))
        {
            _routers.Add(router, state = new RouterState(router));
        }

        return state;
    }

    private static string Print(SimFrame frame) => string.Join(" ", frame.Queries.Select(q => $"{q.Call}/{q.Ticket}"));

    private sealed class RouterState(SimRouter router)
    {
        public SimRouter Router => router;

        public uint Incarnation { get; set; }

        public uint Epoch { get; set; }

        public string ReplyKey { get; set; } = "";

        public bool HasFenced { get; set; }

        public Dictionary<Ticket, Held> Held { get; } = [];
    }

    private sealed class Held(RouterState router, SimQuery query, uint epoch, long deadlineMs, string replyKey)
    {
        public RouterState Router => router;

        public SimQuery Query => query;

        public uint Epoch => epoch;

        public long DeadlineMs => deadlineMs;

        public string ReplyKey => replyKey;

        public bool IsRunning { get; set; }

        public bool IsOver { get; set; }

        public ReplyStatus? Cancelled { get; set; }
    }
}
