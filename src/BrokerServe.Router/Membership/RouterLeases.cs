using BrokerServe.Protocol.Announcements;

namespace BrokerServe.Router.Membership;

/// <summary>The routers that share the replicas, each believed in until its lease runs out.</summary>
/// <remarks>Owned by <see cref="ReplicaDirectory"/>, under its lock.</remarks>
internal sealed class RouterLeases(string router, RouterClock clock)
{
    /// <summary>Routers that are believed in at once: beyond a thousand nobody shares replicas, somebody makes routers up.</summary>
    public const int MaxRouters = 1_000;

    private readonly Dictionary<string, (long UntilMs, int LeaseMs)> _others = new(StringComparer.Ordinal);

    /// <summary>Routers that are there, this one included.</summary>
    public int Live => 1 + _others.Count;

    /// <summary>Takes note of an announcement.</summary>
    /// <returns>Whether the number of routers changed.</returns>
    public bool Hear(RouterAnnouncement announcement)
    {
        if (announcement.Router == router)
        {
            return false;
        }

        var before = _others.Count;
        if (announcement.Kind == AnnouncementKind.Leave)
        {
            _others.Remove(announcement.Router);
        }
        else if (_others.Count < MaxRouters || _others.ContainsKey(announcement.Router))
        {
            _others[announcement.Router] = (clock.NowMs + announcement.LeaseMs, announcement.LeaseMs);
        }

        return _others.Count != before;
    }

    /// <summary>Gives everybody a new lease, after a time in which nobody could be heard.</summary>
    public void Renew()
    {
        foreach (var name in _others.Keys.ToArray())
        {
            var leaseMs = _others[name].LeaseMs;
            _others[name] = (clock.NowMs + leaseMs, leaseMs);
        }
    }

    /// <summary>Forgets who has been silent for longer than its lease.</summary>
    /// <returns>Whether the number of routers changed.</returns>
    public bool Expire()
    {
        var silent = _others.Where(other => other.Value.UntilMs < clock.NowMs).Select(other => other.Key).ToArray();
        foreach (var name in silent)
        {
            _others.Remove(name);
        }

        return silent.Length > 0;
    }
}
