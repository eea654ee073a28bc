using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Protocol.Commands;
using BrokerServe.Router.Ingress;

namespace BrokerServe.Router.Tests.Simulation;

/// <summary>One life of a router: production dispatchers and traffic policies between two connections that come and go.</summary>
internal sealed partial class SimRouter
{
    private const int LeaseMs = 3_000;

    private readonly SimWorld _world;
    private readonly SimBroker _broker;
    private readonly SimPlan _plan;
    private readonly Dictionary<SimWorker, KnownReplica> _replicas = [];
    private readonly HashSet<SimWorker> _buried = [];
    private long _clockMs; // How far its clock has run ahead of the world's.
    private int _routersKnown = 1;

    public SimRouter(SimWorld world, SimBroker broker, SimPlan plan, string name)
    {
        (_world, _broker, _plan, Name) = (world, broker, plan, name);
        Backends = plan.Backends.Select((b, i) => new SimBackend(world, this, b.Name, b.Config, i)).ToDictionary(b => b.Name);
        broker.Routers.Add(this);
        Connect(publishing: true);
        Connect(publishing: false);
        Beat();
    }

    public string Name { get; }

    public bool IsAlive { get; private set; } = true;

    /// <summary>Its loops get no processor for a while.</summary>
    public bool IsStalled { get; private set; }

    public long NowMs => _world.NowMs + _clockMs;

    public Dictionary<string, SimBackend> Backends { get; }

    /// <summary>Replicas that it never took for lost: of those its book is complete.</summary>
    public HashSet<SimWorker> OnceLost { get; } = [];

    /// <summary>The process dies: nothing that it knew is left.</summary>
    public void Die()
    {
        _world.Say($"{Name}: dies");
        IsAlive = false;
        BreakPublishing();
        BreakConsuming();
        _requests.Clear();
        _broker.Routers.Remove(this);
        ShareAnewEverywhere();
    }

    public void Stall()
    {
        _world.Say($"{Name}: stalls");
        IsStalled = true;
        _world.After(3_000, () => IsStalled = false);
    }

    /// <summary>Its clock jumps, as after a suspended machine.</summary>
    public void JumpClock(long milliseconds)
    {
        _world.Say($"{Name}: clock jumps {milliseconds} ms");
        _clockMs += milliseconds;
    }

    public void Hear(SimWorker worker, SimAnnouncement announcement)
    {
        if (!IsAlive || _buried.Contains(worker))
        {
            return;
        }

        if (announcement == SimAnnouncement.Leave)
        {
            Farewell(worker);
            return;
        }

        if (!_replicas.TryGetValue(worker, out var known))
        {
            _replicas.Add(worker, known = new KnownReplica());
        }

        known.HeardMs = _world.NowMs;
        known.IsDraining |= announcement == SimAnnouncement.Draining;
        Join(worker, known);
        if (announcement == SimAnnouncement.Draining)
        {
            Backends[worker.Backend].Post(dispatcher => dispatcher.Drain(worker.Name));
        }
    }

    public void HearOfGoneQueue(string queue)
    {
        if (IsAlive && _replicas.FirstOrDefault(r => r.Key.Queue == queue && !r.Value.HasLeft).Key is { } worker)
        {
            _buried.Add(worker);
            Lose(worker);
        }
    }

    public void HearCancel(SimCall call)
    {
        foreach (var backend in Backends.Values)
        {
            backend.Post(dispatcher => dispatcher.Cancel(ReplyTo, call.Id, dispatcher.NowMs + CancelListener.UsualMs));
        }
    }

    public void TakeReply(SimQuery query, ReplyStatus status)
    {
        // The first bits of the ticket say which loop gave it out.
        var backend = Backends.Values.Single(b => b.Slots.Loop == query.Ticket.Loop);
        backend.Post(dispatcher => dispatcher.Reply(query.Ticket, status, default, contentType: null));
    }

    public void TakeHeld(HeldReport report)
    {
        if (_replicas.Keys.FirstOrDefault(w => w.Name == report.Replica) is { } worker)
        {
            Backends[worker.Backend].Post(dispatcher => dispatcher.Hold(report.Replica, report.Incarnation, report.Tickets));
        }
    }

    /// <summary>Its share of every replica, now that it has heard of more or fewer routers.</summary>
    private void ShareAnew()
    {
        if (!IsAlive)
        {
            return;
        }

        _routersKnown = _broker.Routers.Count;
        foreach (var (worker, known) in _replicas.Where(r => !r.Value.HasLeft))
        {
            Join(worker, known);
        }
    }

    private void ShareAnewEverywhere()
    {
        foreach (var router in _broker.Routers)
        {
            _world.Within(LeaseMs, router.ShareAnew);
        }
    }

    private void Join(SimWorker worker, KnownReplica known)
    {
        var isDrained = known.IsDraining;
        var limit = isDrained ? 0 : Math.Max(1, worker.Limit / _routersKnown);
        var dialect = worker.IsPlain ? Dialect.Plain : Dialect.Framed;
        Backends[worker.Backend].Post(dispatcher => dispatcher.Join(worker.Name, worker.Queue, dialect, limit, isDrained: isDrained));
    }

    // Its last replies may still be on their way: it is lost only with its lease.
    private void Farewell(SimWorker worker)
    {
        _buried.Add(worker);
        if (_replicas.TryGetValue(worker, out var known))
        {
            known.HasLeft = known.IsDraining = true;
            known.HeardMs = _world.NowMs;
            Backends[worker.Backend].Post(dispatcher => dispatcher.Leave(worker.Name));
        }
    }

    private void Lose(SimWorker worker)
    {
        if (_replicas.Remove(worker))
        {
            _world.Say($"{Name}: loses {worker.Name}");
            OnceLost.Add(worker);
            Backends[worker.Backend].Post(dispatcher => dispatcher.Lose(worker.Name));
        }
    }

    // The metronome and the watch over leases.
    private void Beat()
    {
        if (!IsAlive)
        {
            return;
        }

        foreach (var backend in Backends.Values)
        {
            backend.Tick();
        }

        if (_replyKey is not null)
        {
            foreach (var silent in _replicas.Where(r => _world.NowMs - r.Value.HeardMs > LeaseMs).Select(r => r.Key).ToArray())
            {
                Lose(silent);
            }
        }

        _world.After(50, Beat);
    }

    private sealed class KnownReplica
    {
        public long HeardMs { get; set; }

        public bool IsDraining { get; set; }

        public bool HasLeft { get; set; }
    }
}
