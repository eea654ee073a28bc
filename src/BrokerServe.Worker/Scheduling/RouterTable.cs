using System.Text;

namespace BrokerServe.Worker.Scheduling;

/// <summary>The routers that this replica has heard of, and until when each counts as live.</summary>
/// <remarks>Scanned, not hashed: routers are few, and most frames come from the router of the frame before.</remarks>
internal sealed class RouterTable
{
    /// <summary>A router that speaks through our queue lives at least so long: the lease that routers announce by default.</summary>
    public const int SpeakingLeaseMs = 3_000;

    /// <summary>
    /// How long the incarnation of a silent router is remembered: frames of a connection that ended can hardly wait longer in a queue that
    /// is consumed all the time.
    /// </summary>
    public const int ForgetAfterMs = 60_000;

    /// <summary>
    /// Most routers that are remembered, far above any sensible system; it bounds what a mad publisher can make us hold.
    /// </summary>
    public const int MaxRouters = 1_024;

    private readonly List<RouterState> _routers = [];
    private RouterState? _lastFound;

    public IReadOnlyList<RouterState> All => _routers;

    /// <summary>Finds a router by its id.</summary>
    public RouterState? Find(string id) => Find(Encoding.UTF8.GetBytes(id));

    /// <summary>Finds a router by the UTF-8 of its id.</summary>
    public RouterState? Find(ReadOnlySpan<byte> id)
    {
        if (_lastFound is not null && _lastFound.IdUtf8.SequenceEqual(id))
        {
            return _lastFound;
        }

        foreach (var router in _routers)
        {
            if (router.IdUtf8.SequenceEqual(id))
            {
                _lastFound = router;
                return router;
            }
        }

        return null;
    }

    /// <summary>Finds a router or makes a new entry.</summary>
    public RouterState? FindOrAdd(string id, long now) => FindOrAdd(Encoding.UTF8.GetBytes(id), now);

    /// <summary>Finds a router or makes a new entry; null when the table is full of routers that must not be forgotten.</summary>
    public RouterState? FindOrAdd(ReadOnlySpan<byte> id, long now)
    {
        if (Find(id) is { } known)
        {
            return known;
        }

        if (_routers.Count == MaxRouters)
        {
            Forget(now);
        }

        if (_routers.Count == MaxRouters)
        {
            return null;
        }

        var router = new RouterState(Encoding.UTF8.GetString(id), id.ToArray());
        _routers.Add(router);
        return router;
    }

    /// <summary>Notes that a router has spoken, and that it lives for <paramref name="leaseMs"/> more at least.</summary>
    public static void Hear(RouterState router, long now, int leaseMs)
    {
        router.HeardMs = now;
        router.LeaseEndsMs = Math.Max(router.LeaseEndsMs, now + leaseMs);
    }

    /// <summary>Routers that may have queries here: the live ones, and those whose queries are still held. At least 1.</summary>
    public int CountEntitled(long now)
    {
        var count = 0;
        foreach (var router in _routers)
        {
            if (router.IsLive(now) || router.Held.Count > 0)
            {
                count++;
            }
        }

        return Math.Max(1, count);
    }

    /// <summary>Whether every live router has sent its last query.</summary>
    public bool HaveAllFenced(long now)
    {
        foreach (var router in _routers)
        {
            if (router.IsLive(now) && !router.HasFenced)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Forgets routers that are silent for long and have nothing here.</summary>
    public void Forget(long now)
    {
        for (var i = _routers.Count - 1; i >= 0; i--)
        {
            var router = _routers[i];
            if (router.Held.Count == 0 && !router.IsLive(now) && now - router.HeardMs >= ForgetAfterMs)
            {
                _routers.RemoveAt(i);
                _lastFound = null;
            }
        }
    }

    public void Clear()
    {
        _routers.Clear();
        _lastFound = null;
    }
}
