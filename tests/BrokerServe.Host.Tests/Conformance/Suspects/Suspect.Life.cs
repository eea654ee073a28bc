using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Transport;

namespace BrokerServe.Host.Tests.Conformance.Suspects;

/// <content>Being there.</content>
internal abstract partial class Suspect
{
    private void Hear(RouterAnnouncement router)
    {
        lock (Gate)
        {
            _ = router.Kind == AnnouncementKind.Leave ? _live.Remove(router.Router) : _live.Add(router.Router);
        }

        if (router.Kind == AnnouncementKind.Join)
        {
            lock (_announcing)
            {
                Announce(_kind == AnnouncementKind.Draining ? AnnouncementKind.Draining : AnnouncementKind.Join);
            }
        }

        Advance();
    }

    private void Announce(AnnouncementKind kind)
    {
        var body = new ReplicaAnnouncement(kind, Backend, Replica, Queue)
        {
            Dialect = Dialect,
            MaxConcurrent = OwnLimit,
            LeaseMs = fault == Fault.NeverBeats ? 1_000 : 30_000, // Long, so that a busy machine is none of its faults.
            Held = Held.Count,
        }.Encode();
        if (fault == Fault.AnnouncesAFloat)
        {
            // The last pair is "version": 1.
            body = [.. body[..^1], 0xca, 0x3f, 0x80, 0x00, 0x00];
        }

        Say(Names.Replicas, "", new MessageProperties { ContentType = ContentTypes.Announcement }, body);
    }

    private void LeaveIfDone()
    {
        lock (Gate)
        {
            var fences = fault switch
            {
                Fault.LeavesAtOnce => 0,
                Fault.LeavesAfterOneFence => Math.Min(1, _live.Count),
                _ => _live.Count,
            };
            if (_kind != AnnouncementKind.Draining || Held.Count > 0 || _live.Count(_fenced.Contains) < fences || _left.Task.IsCompleted)
            {
                return;
            }

            _left.SetResult();
        }

        Announce(AnnouncementKind.Leave);
        _ = Task.Run(async () => await _connection!.DisposeAsync());
    }

    private async Task BeatAsync()
    {
        using var timer = new PeriodicTimer(HeartbeatPeriod);
        try
        {
            while (fault != Fault.NeverBeats && await timer.WaitForNextTickAsync(_ending.Token) && !_left.Task.IsCompleted && _isDead == 0)
            {
                lock (_announcing)
                {
                    Announce(_kind);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // It ends.
        }
    }
}
