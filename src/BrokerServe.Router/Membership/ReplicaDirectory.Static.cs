using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Router.Configuration;

namespace BrokerServe.Router.Membership;

// Static replicas: queues that the operator named.
internal sealed partial class ReplicaDirectory
{
    /// <summary>Begins the name of every static replica. No announced one can have it: a colon is in no name.</summary>
    public const string StaticPrefix = "static:";

    private bool _publishes;

    /// <summary>The queues of static replicas that are not there, to be looked for.</summary>
    public string[] MissingQueues()
    {
        lock (_lock)
        {
            return [.. _replicas.Values.Where(known => known.IsMissing).Select(known => known.Announcement.Queue)];
        }
    }

    /// <summary>The static replicas of a backend are these, and no others; they come and go at once.</summary>
    public void SetStatic(string backend, IReadOnlyList<StaticReplicaConfig> replicas)
    {
        lock (_lock)
        {
            foreach (var known in _replicas.Values.Where(known => known.IsStatic && known.Announcement.Backend == backend).ToArray())
            {
                if (!replicas.Any(replica => replica.Queue == known.Announcement.Queue))
                {
                    Dismiss(known);
                }
            }

            foreach (var replica in replicas)
            {
                Name(backend, replica);
            }
        }
    }

    /// <summary>Queries leave from now on: static replicas take some.</summary>
    /// <remarks>
    /// While they do not, static replicas have no credit: what would be sent to them is lost with the connection, and they cannot be asked
    /// for it. Announced ones can, or announce themselves over the same connections.
    /// </remarks>
    public void BeginPublishing() => SetPublishes(true);

    /// <summary>Queries do not leave any more.</summary>
    public void EndPublishing() => SetPublishes(false);

    /// <summary>The queue of a static replica is there again.</summary>
    public void QueueIsBack(string queue)
    {
        lock (_lock)
        {
            foreach (var known in _replicas.Values.Where(known => known.IsMissing && known.Announcement.Queue == queue))
            {
                known.IsMissing = false;
                PostJoin(known);
                ReplicaCame?.Invoke();
            }
        }
    }

    private void Name(string backend, StaticReplicaConfig replica)
    {
        var name = StaticPrefix + replica.Queue;
        var said = new ReplicaAnnouncement(AnnouncementKind.Join, backend, name, replica.Queue) { Dialect = Dialect.Plain, MaxConcurrent = replica.Limit };
        if (_replicas.TryGetValue(name, out var known) && known.Announcement.Backend != backend)
        {
            Dismiss(known); // It was another backend's until now.
            known = null;
        }

        known ??= _replicas[name] = new KnownReplica(said, clock.NowMs, isStatic: true);
        known.Announcement = said;
        if (_publishes && !known.IsMissing)
        {
            PostJoin(known);
            ReplicaCame?.Invoke();
        }
    }

    // What it holds finishes.
    private void Dismiss(KnownReplica known)
    {
        _replicas.Remove(known.Announcement.Replica);
        Post(known, dispatcher => dispatcher.Leave(known.Announcement.Replica));
    }

    private void Miss(KnownReplica known, Ticket? returned)
    {
        if (!known.IsMissing)
        {
            known.IsMissing = true;
            Post(known, dispatcher => dispatcher.Lose(known.Announcement.Replica, returned));
        }
    }

    private void SetPublishes(bool publishes)
    {
        lock (_lock)
        {
            _publishes = publishes;
            foreach (var known in _replicas.Values.Where(known => known.IsStatic && !known.IsMissing))
            {
                PostJoin(known);
                if (publishes)
                {
                    ReplicaCame?.Invoke();
                }
            }
        }
    }
}
