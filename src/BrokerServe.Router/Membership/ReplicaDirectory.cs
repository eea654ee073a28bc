using System.Collections.Frozen;
using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Router.Dispatch;
using BrokerServe.Router.Ingress;
using BrokerServe.Router.Routing;

namespace BrokerServe.Router.Membership;

/// <summary>Who is there: replicas and the other routers, by their announcements and leases; and how much of each replica is this router's share.</summary>
/// <param name="router">This router.</param>
/// <param name="loops">Who is told.</param>
/// <param name="control">The operator's limits.</param>
/// <param name="clock">For leases.</param>
/// <param name="fence">Tells a replica, by its queue, that this router has sent its last query.</param>
/// <remarks>
/// Any thread; a lock, because nothing in here is on the path of a request. What changes is told to the dispatch loops as mail. Leases run
/// only while this router can hear: after a lost connection everybody gets a new one, so that ignorance never looks like death.
/// </remarks>
internal sealed partial class ReplicaDirectory(
    string router, DispatchLoops loops, RoutingControl control, RouterClock clock, Action<string> fence)
{
    /// <summary>How long the id of a replica that is certainly gone is remembered, so that a late heartbeat does not raise it: a minute.</summary>
    private const long BurialMs = 60_000;

    /// <summary>Replicas that are kept in mind, the buried included. Announcements beyond it are ignored: no system has so many, and anyone who
    /// may announce could otherwise fill this router's memory, also by coming and leaving under ever new names.</summary>
    public const int MaxReplicas = 100_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, KnownReplica> _replicas = new(StringComparer.Ordinal);
    private readonly RouterLeases _routers = new(router, clock);
    private readonly Dictionary<string, long> _buried = new(StringComparer.Ordinal); // Until when each id is ignored.
    private FrozenSet<string> _drained = FrozenSet<string>.Empty; // By the operator.
    private bool _hears;

    /// <summary>Raised when a replica comes. Under the lock: be short.</summary>
    public event Action? ReplicaCame;

    /// <summary>Tells the loops that a replica joined of something that came as a message; each counts as a member of it.</summary>
    public void Tell(string replica, Action<BackendDispatcher> tell, PendingDelivery delivery)
    {
        lock (_lock)
        {
            if (_replicas.TryGetValue(replica, out var known))
            {
                foreach (var loop in known.Loops)
                {
                    delivery.AddMember();
                    loop.Post(new SettlingMail(tell, delivery));
                }
            }
        }
    }

    /// <summary>Whether a backend has a replica that takes queries.</summary>
    public bool HasReplica(string backend)
    {
        lock (_lock)
        {
            foreach (var known in _replicas.Values)
            {
                if (known.Announcement.Backend == backend && !IsOut(known) && !known.IsMissing && (_publishes || !known.IsStatic))
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>A replica announced itself.</summary>
    public void Hear(ReplicaAnnouncement announcement)
    {
        lock (_lock)
        {
            if (announcement.Kind == AnnouncementKind.Leave)
            {
                Farewell(announcement.Replica);
            }
            else if (MayCome(announcement.Replica))
            {
                Welcome(announcement);
            }
        }
    }

    /// <summary>A router announced itself.</summary>
    public void Hear(RouterAnnouncement announcement)
    {
        lock (_lock)
        {
            if (_routers.Hear(announcement))
            {
                ShareAnew();
            }
        }
    }

    /// <summary>The operator wants nothing new to go to these replicas, there or yet to come, and to no others. What they hold they finish.</summary>
    public void SetDrained(FrozenSet<string> replicas)
    {
        lock (_lock)
        {
            var before = _drained;
            _drained = replicas;
            foreach (var (name, known) in _replicas)
            {
                if (before.Contains(name) != replicas.Contains(name) && !known.HasLeft)
                {
                    PostJoin(known);
                    ReplicaCame?.Invoke(); // Consumption may wait for it, or need not any more.
                }
            }
        }
    }

    /// <summary>A message for a replica's queue came back: the queue is gone, and the replica with it.</summary>
    /// <remarks>Of one that said good-bye it is no news, for its last replies may still be on their way; only what came back is remembered.</remarks>
    /// <param name="queue">The name of the queue.</param>
    /// <param name="returned">The query, or the first of those, that came back; null: it was no query.</param>
    public void QueueIsGone(string queue, Ticket? returned = null)
    {
        lock (_lock)
        {
            foreach (var (name, known) in _replicas)
            {
                if (known.Announcement.Queue == queue && known.IsStatic)
                {
                    Miss(known, returned);
                    return;
                }

                if (known.Announcement.Queue == queue && known.HasLeft)
                {
                    known.Returned ??= returned;
                    return;
                }

                if (known.Announcement.Queue == queue)
                {
                    Bury(name);
                    Lose(name, returned);
                    return;
                }
            }
        }
    }

    /// <summary>Announcements can be heard from now on: every lease starts anew.</summary>
    public void BeginHearing()
    {
        lock (_lock)
        {
            _hears = true;
            RenewLeases();
        }
    }

    /// <summary>An alarm silences everybody at once, which is no sign of death: every lease starts anew.</summary>
    public void RenewLeases()
    {
        lock (_lock)
        {
            _routers.Renew();
            foreach (var known in _replicas.Values)
            {
                known.HeardMs = clock.NowMs;
            }
        }
    }

    /// <summary>Announcements cannot be heard any more: nobody is given up for being silent.</summary>
    public void EndHearing()
    {
        lock (_lock)
        {
            _hears = false;
        }
    }

    /// <summary>Gives up who has been silent for longer than a lease.</summary>
    public void Expire()
    {
        lock (_lock)
        {
            var nowMs = clock.NowMs;
            foreach (var name in _buried.Where(b => b.Value <= nowMs).Select(b => b.Key).ToArray())
            {
                _buried.Remove(name);
            }

            if (!_hears)
            {
                return;
            }

            foreach (var name in _replicas.Where(r => !r.Value.IsStatic && nowMs - r.Value.HeardMs > r.Value.Announcement.LeaseMs).Select(r => r.Key).ToArray())
            {
                Lose(name); // Not buried: one that was only suspended may come back under its name.
            }

            if (_routers.Expire())
            {
                ShareAnew();
            }
        }
    }

    /// <summary>A backend was added or its settings changed: its replicas join it, or get their new limits.</summary>
    public void Refresh(string backend)
    {
        lock (_lock)
        {
            foreach (var known in _replicas.Values)
            {
                if (known.Announcement.Backend == backend && !known.HasLeft && !known.IsMissing)
                {
                    PostJoin(known);
                }
            }
        }
    }

    private void Welcome(ReplicaAnnouncement announcement)
    {
        var name = announcement.Replica;
        if (_replicas.TryGetValue(name, out var known)
            && (known.Announcement.Backend != announcement.Backend || known.Announcement.Queue != announcement.Queue))
        {
            Lose(name); // The same name for something else: the old one is gone, whoever it was.
            known = null;
        }

        var isNew = known is null;
        var limitChanged = known is not null && known.Announcement.MaxConcurrent != announcement.MaxConcurrent;
        known ??= _replicas[name] = new KnownReplica(announcement, clock.NowMs);
        known.Announcement = announcement;
        known.HeardMs = clock.NowMs;
        known.IsDraining |= announcement.Kind == AnnouncementKind.Draining;
        if (isNew || limitChanged)
        {
            PostJoin(known);
            ReplicaCame?.Invoke();
        }

        if (announcement.Kind == AnnouncementKind.Draining)
        {
            if (known.Loops.Count == 0)
            {
                fence(announcement.Queue); // This router has nothing to do with its backend, and so sends it nothing more.
            }

            Post(known, dispatcher => dispatcher.Drain(name));
        }
    }

    private bool MayCome(string name) =>
        !_buried.ContainsKey(name) && (_replicas.TryGetValue(name, out var known) ? !known.HasLeft : _replicas.Count + _buried.Count < MaxReplicas);

    /// <summary>A replica said good-bye, perhaps before its last replies are heard: they go by another queue.</summary>
    /// <remarks>Its lease runs on, and what is still open at the end of it is lost.</remarks>
    private void Farewell(string name)
    {
        if (_replicas.TryGetValue(name, out var known) && !known.HasLeft)
        {
            known.HasLeft = known.IsDraining = true;
            known.HeardMs = clock.NowMs;
            Bury(name);
            Post(known, dispatcher => dispatcher.Leave(name));
        }
    }

    private void Bury(string name) => _buried[name] = clock.NowMs + BurialMs;

    private void Lose(string name, Ticket? returned = null)
    {
        if (_replicas.Remove(name, out var known))
        {
            Post(known, dispatcher => dispatcher.Lose(name, returned ?? known.Returned));
        }
    }

    private void ShareAnew()
    {
        foreach (var known in _replicas.Values)
        {
            if (!known.HasLeft && !known.IsStatic)
            {
                PostJoin(known);
            }
        }
    }

    // Joining twice is one replica with the newer limit, so this serves for both.
    private void PostJoin(KnownReplica known)
    {
        var (said, limit, isStatic, isOut) = (known.Announcement, LimitOf(known), known.IsStatic, IsOut(known));
        if (loops.Of(said.Backend) is { } loop)
        {
            known.Loops.RemoveAll(joined => joined.HasEnded || ReferenceEquals(joined, loop));
            known.Loops.Add(loop);
            loop.Post(new ControlMail(dispatcher => dispatcher.Join(said.Replica, said.Queue, said.Dialect, limit, isStatic, isOut)));
        }
    }

    private static void Post(KnownReplica known, Action<BackendDispatcher> tell)
    {
        foreach (var loop in known.Loops)
        {
            loop.Post(new ControlMail(tell));
        }
    }

    // For good, or until the operator says otherwise; a static one while queries cannot leave is not.
    private bool IsOut(KnownReplica known) => known.IsDraining || _drained.Contains(known.Announcement.Replica);

    private int LimitOf(KnownReplica known)
    {
        if (IsOut(known))
        {
            return 0; // It joins only to be fenced, or to finish what it has.
        }

        var limit = known.Announcement.MaxConcurrent;
        if (control.Table.Backends.TryGetValue(known.Announcement.Backend, out var backend) && backend.MaxConcurrentQueries is { } operators)
        {
            limit = Math.Min(limit, operators);
        }

        return known.IsStatic ? (_publishes ? limit : 0) : Math.Max(1, limit / _routers.Live);
    }
}
