using BrokerServe.Protocol.Announcements;
using BrokerServe.Protocol.Commands;
using BrokerServe.Transport;

namespace BrokerServe.Host.Conformance.Worker;

/// <summary>Heartbeats of the kit's routers, and fences for the replicas that drain and are none of the checks' business.</summary>
internal sealed class Heartbeats : IAsyncDisposable
{
    /// <summary>A third of the lease, as everybody's.</summary>
    private static readonly TimeSpan HeartbeatPeriod = TimeSpan.FromMilliseconds(AnnouncementLimits.DefaultLeaseMs / 3);

    private readonly WorkerKit _kit;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _beating;
    private int _fencedTo;

    public Heartbeats(WorkerKit kit)
    {
        _kit = kit;
        _beating = BeatAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _beating;
        _ending.Dispose();
    }

    private async Task BeatAsync()
    {
        using var timer = new PeriodicTimer(HeartbeatPeriod);
        try
        {
            while (await timer.WaitForNextTickAsync(_ending.Token))
            {
                foreach (var router in _kit.Joined())
                {
                    await _kit.AnnounceAsync(router.Announce(AnnouncementKind.Heartbeat), _ending.Token);
                }

                await FenceAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
        catch (BrokerException)
        {
            // The connection is gone; whatever check is next says so.
        }
    }

    private async Task FenceAsync()
    {
        foreach (var heard in _kit.Roster.From(_fencedTo))
        {
            _fencedTo++;
            if (heard.Announcement is { Kind: AnnouncementKind.Draining } draining && !(_kit.HoldsFences && draining.Queue == _kit.Subject?.Queue))
            {
                foreach (var router in _kit.Joined())
                {
                    await _kit.CommandAsync(draining.Queue, new FenceCommand(router.Name).Encode(), _ending.Token);
                }
            }
        }
    }
}
