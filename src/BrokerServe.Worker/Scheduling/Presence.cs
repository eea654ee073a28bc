using BrokerServe.Protocol.Announcements;

namespace BrokerServe.Worker.Scheduling;

/// <summary>What the replica says about itself, and when: join, heartbeats, draining, leave.</summary>
/// <param name="graceMs">How long draining may take before what is held is cancelled.</param>
internal sealed class Presence(long graceMs)
{
    /// <summary>A third of the lease, so that two heartbeats in a row may be lost.</summary>
    public const int HeartbeatEveryMs = 1_000;

    /// <summary>How long routers may believe an announcement.</summary>
    public const int LeaseMs = 3_000;

    /// <summary>
    /// What cancelled handlers get to come to an end after the grace period. With the default grace of 20 s, that and the flush of the last
    /// replies stay within the 30 s that .NET hosts allow for a shutdown by default.
    /// </summary>
    public const int CancelledHandlersMs = 3_000;

    private long _announceAtMs = long.MaxValue;
    private bool _joins;

    public PresenceState State { get; private set; }

    /// <summary>When draining, or what follows it, runs out; <see cref="long.MaxValue"/> before.</summary>
    public long EndsMs { get; private set; } = long.MaxValue;

    /// <summary>When something is to be done next.</summary>
    public long NextMs => Math.Min(_announceAtMs, EndsMs);

    public void Join(long now)
    {
        State = PresenceState.Present;
        EndsMs = long.MaxValue;
        AnnounceAgain(now);
    }

    /// <summary>A router has joined, and wants to hear of us before the next heartbeat.</summary>
    public void AnnounceAgain(long now)
    {
        if (State is PresenceState.Away or PresenceState.Left)
        {
            return;
        }

        _joins = true;
        _announceAtMs = now;
    }

    /// <summary>Begins to drain; nothing unless in service.</summary>
    public void Drain(long now)
    {
        if (State == PresenceState.Present)
        {
            State = PresenceState.Draining;
            EndsMs = now + graceMs;
            _announceAtMs = now;
        }
    }

    /// <summary>The grace is over: cancelled handlers get their last seconds.</summary>
    public void Stop(long now)
    {
        State = PresenceState.Stopping;
        EndsMs = now + CancelledHandlersMs;
    }

    public void Leave() => End(PresenceState.Left);

    /// <summary>The connection is gone, and there is nobody to say good-bye to.</summary>
    public void Vanish() => End(PresenceState.Away);

    /// <summary>What is to be announced now, if anything.</summary>
    public AnnouncementKind? TakeAnnouncement(long now)
    {
        if (now < _announceAtMs)
        {
            return null;
        }

        // While it drains, the heartbeat says so too: whoever missed the first word must not take the replica for one in service.
        var kind = State != PresenceState.Present ? AnnouncementKind.Draining
            : _joins ? AnnouncementKind.Join
            : AnnouncementKind.Heartbeat;
        _joins = false;
        _announceAtMs = now + HeartbeatEveryMs;
        return kind;
    }

    private void End(PresenceState state)
    {
        State = state;
        EndsMs = long.MaxValue;
        _announceAtMs = long.MaxValue;
    }
}
