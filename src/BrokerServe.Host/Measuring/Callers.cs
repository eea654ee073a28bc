using BrokerServe.Client;

namespace BrokerServe.Host.Measuring;

/// <summary>Callers that make one call after the other, and note how each one ends.</summary>
internal sealed class Callers(
    IBrokerServeClient client, string endpoint, ReadOnlyMemory<byte> payload, InvokeOptions options, TimeProvider time)
{
    // An endpoint that answers "no" at once must not be asked as fast as a processor can.
    private static readonly TimeSpan PauseAfterError = TimeSpan.FromMilliseconds(1);

    private long _started;

    /// <summary>How the calls ended.</summary>
    public CallRecorder Recorder { get; } = new();

    /// <summary>Calls begun.</summary>
    public long Started => Interlocked.Read(ref _started);

    /// <summary>Runs so many callers until the pace says that it is over and each call has ended.</summary>
    /// <param name="count">How many call at once.</param>
    /// <param name="pace">When calls begin.</param>
    /// <param name="stopping">Ends the run early; calls under way still end by themselves.</param>
    public Task RunAsync(int count, IPace pace, CancellationToken stopping)
    {
        var callers = new Task[count];
        for (var caller = 0; caller < count; caller++)
        {
            callers[caller] = CallAsync(caller, pace, stopping);
        }

        return Task.WhenAll(callers);
    }

    private async Task CallAsync(int caller, IPace pace, CancellationToken stopping)
    {
        while (await pace.NextAsync(stopping) is { } begin)
        {
            Interlocked.Increment(ref _started);
            try
            {
                var reply = await client.InvokeRawAsync(endpoint, payload, options, CancellationToken.None);
                Recorder.Replied(caller, reply.Backend, time.GetElapsedTime(begin));
            }
            catch (BrokerServeException failure)
            {
                Recorder.Failed(caller, failure.Code);
                await Task.Delay(PauseAfterError, time, CancellationToken.None);
            }
        }
    }
}
