using System.Diagnostics.CodeAnalysis;
using BrokerServe.Transport;

namespace BrokerServe.Client.Publishing;

/// <summary>Whether requests may be published now, and if not, why.</summary>
/// <remarks>Opened and closed by the two connections, passed by the publishing loop.</remarks>
internal sealed class Gate(string brokerName, Mailbox mailbox)
{
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile ReplyRoute? _route;
    private volatile PublishLane? _lane;
    private volatile BrokerException? _problem;
    private volatile string? _missing;
    private volatile bool _heldUp;

    /// <summary>Requests may be published.</summary>
    public bool IsOpen => _route is { IsOpen: true } && _lane is { IsOpen: true };

    /// <summary>The publishing loop found the way blocked, by an alarm of the broker or by too many unconfirmed requests.</summary>
    public bool IsHeldUp => _heldUp;

    /// <summary>Completes when the consuming connection has its reply queue and the publishing one is up, or fails with the first problem.</summary>
    public Task Connected => _connected.Task;

    /// <summary>What the publishing loop needs to publish; false while either half is missing.</summary>
    public bool TryPass([NotNullWhen(true)] out PublishLane? lane, [NotNullWhen(true)] out ReplyRoute? route)
    {
        lane = _lane;
        route = _route;
        return lane is { IsOpen: true } && route is { IsOpen: true };
    }

    /// <summary>Whether the gate still is as it was when <see cref="TryPass"/> let somebody through.</summary>
    public bool IsStill(PublishLane lane, ReplyRoute route) =>
        ReferenceEquals(lane, _lane) && ReferenceEquals(route, _route) && lane.IsOpen && route.IsOpen;

    /// <summary>Replies can be received.</summary>
    public void OpenReplies(ReplyRoute route)
    {
        _route = route;
        OnOpened();
    }

    /// <summary>Replies cannot be received any more. A full fence follows for the scan of what was sent: see PendingCall.TryTake.</summary>
    public void CloseReplies(BrokerException? reason)
    {
        _problem = reason ?? _problem;
        _route = null;
        Interlocked.MemoryBarrier();
    }

    /// <summary>The publishing connection is up, and an object that it publishes to is not there yet.</summary>
    public void Await(string missing)
    {
        _missing = missing;
        if (_route is not null)
        {
            _connected.TrySetResult();
        }
    }

    /// <summary>Requests can be published.</summary>
    public void OpenLane(PublishLane lane)
    {
        _missing = null;
        _lane = lane;
        OnOpened();
    }

    /// <summary>Requests cannot be published any more.</summary>
    public void CloseLane(BrokerException? reason)
    {
        _problem = reason ?? _problem;
        _lane = null;
        _missing = null;
        Interlocked.MemoryBarrier();
    }

    /// <summary>Notes that the way is blocked, or free.</summary>
    public void SetHeldUp(bool heldUp) => _heldUp = heldUp;

    /// <summary>Notes why there is no connection.</summary>
    public void Report(BrokerException problem)
    {
        _problem = problem;
        _connected.TrySetException(problem);

        // Seldom does anybody wait for it; then nobody needs to hear of it a second time.
        _ = _connected.Task.Exception;
    }

    /// <summary>One sentence on why nothing can be sent.</summary>
    public string Describe()
    {
        var problem = _problem;
        return (_missing, problem) switch
        {
            ({ } missing, _) => missing,
            _ when _heldUp => $"the broker at {brokerName} takes no more requests at present (a memory or disk alarm, or confirms are late).",
            _ when IsOpen => $"the requests before it kept the connection to {brokerName} busy.",
            (_, { } reason) => reason.Message,
            _ => $"there was no connection to {brokerName}.",
        };
    }

    private void OnOpened()
    {
        if (IsOpen)
        {
            _problem = null;
            _connected.TrySetResult();
        }

        mailbox.Nudge();
    }
}
