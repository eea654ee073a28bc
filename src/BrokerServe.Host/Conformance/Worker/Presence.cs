using BrokerServe.Protocol.Announcements;
using BrokerServe.Transport;

namespace BrokerServe.Host.Conformance.Worker;

/// <summary>Whether the subject is still there.</summary>
/// <remarks>A crash says nothing: it shows by a message that its queue does not take, and by silence, after which the queue is looked at.</remarks>
internal sealed class Presence : IAsyncDisposable
{
    private static readonly TimeSpan LookPeriod = TimeSpan.FromMilliseconds(200);

    /// <summary>Between two looks at the queue itself, which cost a broker a closed channel each when it is exclusive.</summary>
    private static readonly TimeSpan SilencePeriod = TimeSpan.FromMilliseconds(AnnouncementLimits.DefaultLeaseMs);

    private readonly WorkerKit _kit;
    private readonly Subject _subject;
    private readonly CancellationTokenSource _gone = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _watch;
    private readonly int _rosterFrom;
    private int _returnedTo;
    private int _heardTo;

    public Presence(WorkerKit kit, Subject subject)
    {
        _kit = kit;
        _subject = subject;
        _returnedTo = kit.Stand.Returned.Count;
        _rosterFrom = _heardTo = kit.Roster.Count;
        _watch = WatchAsync();
    }

    /// <summary>Fires once it is gone.</summary>
    public CancellationToken Gone => _gone.Token;

    /// <summary>From where in the roster on others are its successors.</summary>
    public int RosterFrom => _rosterFrom;

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _watch;
        _ending.Dispose();
        _gone.Dispose();
    }

    private async Task WatchAsync()
    {
        using var timer = new PeriodicTimer(LookPeriod);
        var heard = TimeProvider.System.GetTimestamp();
        try
        {
            while (await timer.WaitForNextTickAsync(_ending.Token))
            {
                var announced = Announced();
                if (announced.Contains(AnnouncementKind.Leave) || WasReturned())
                {
                    break;
                }

                if (announced.Length > 0)
                {
                    heard = TimeProvider.System.GetTimestamp();
                }
                else if (TimeProvider.System.GetElapsedTime(heard) > SilencePeriod)
                {
                    if (!(await _kit.Stand.LookAtAsync(_subject.Queue, _ending.Token)).Exists)
                    {
                        break;
                    }

                    heard = TimeProvider.System.GetTimestamp();
                }
            }

            await _gone.CancelAsync();
        }
        catch (OperationCanceledException)
        {
            // The run is over, or goes on with another replica.
        }
        catch (BrokerException)
        {
            // The connection is gone; whatever check is next says so.
        }
    }

    private AnnouncementKind[] Announced()
    {
        var news = _kit.Roster.From(_heardTo);
        _heardTo += news.Length;
        return [.. news.Where(heard => _subject.IsSender(heard)).Select(heard => heard.Announcement!.Kind)];
    }

    private bool WasReturned()
    {
        var news = _kit.Stand.Returned.From(_returnedTo);
        _returnedTo += news.Length;
        return news.Contains(_subject.Queue, StringComparer.Ordinal);
    }
}
