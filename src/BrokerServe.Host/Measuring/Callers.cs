using BrokerServe.Client;
using BrokerServe.Protocol;

namespace BrokerServe.Host.Measuring;

/// <summary>Callers that make one call after the other, and note how each one ends.</summary>
internal sealed class Callers(
    IBrokerServeClient client, string endpoint, ReadOnlyMemory<byte> payload, InvokeOptions options, TimeProvider time)
{
    // An endpoint that answers "no" at once must not be asked as fast as a processor can.
    private static readonly TimeSpan PauseAfterError = TimeSpan.FromMilliseconds(1);

    // Who interrupts a run wants its result; calls that are about to end may, the others are given up.
    private static readonly TimeSpan PatienceAfterStop = TimeSpan.FromSeconds(2);

    private long _started;
    private long _outstanding; // A count of its own: the difference of two that are read one after the other was never true.

    /// <summary>How the calls ended.</summary>
    public CallRecorder Recorder { get; } = new();

    /// <summary>Calls begun.</summary>
    public long Started => Interlocked.Read(ref _started);

    /// <summary>Calls begun that have not ended.</summary>
    public long Outstanding => Interlocked.Read(ref _outstanding);

    /// <summary>Runs so many callers until the pace says that it is over and each call has ended.</summary>
    /// <param name="count">How many call at once.</param>
    /// <param name="pace">When calls begin.</param>
    /// <param name="stopping">Ends the run early; calls that are still under way two seconds later are given up.</param>
    public async Task RunAsync(int count, IPace pace, CancellationToken stopping)
    {
        using var giveUp = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var stopped = stopping.Register(() => giveUp.CancelAfter(PatienceAfterStop));
        var callers = new Task[count];
        for (var caller = 0; caller < count; caller++)
        {
            callers[caller] = CallAsync(caller, pace, giveUp.Token, stopping);
        }

        await Task.WhenAll(callers);
    }

    private async Task CallAsync(int caller, IPace pace, CancellationToken giveUp, CancellationToken stopping)
    {
        while (await pace.NextAsync(stopping) is { } begin)
        {
            Interlocked.Increment(ref _started);
            Interlocked.Increment(ref _outstanding);
            var refused = false;
            try
            {
                var reply = await client.InvokeRawAsync(endpoint, payload, options, giveUp);
                Recorder.Replied(caller, reply.Backend, time.GetElapsedTime(begin));
            }
            catch (BrokerServeException failure)
            {
                Recorder.Failed(caller, failure.Code);
                refused = true;
            }
            catch (OperationCanceledException)
            {
                Recorder.Failed(caller, ReplyStatus.Cancelled.Name());
            }

            Interlocked.Decrement(ref _outstanding);
            if (refused)
            {
                await Task.Delay(PauseAfterError, time, CancellationToken.None);
            }
        }
    }
}
