using System.Diagnostics;
using BrokerServe.Client;

namespace BrokerServe.EndToEnd.Tests.Processes;

/// <summary>Callers that each call one after the other, and put down when each call was begun and answered, and by whom.</summary>
internal sealed class StormLoad
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(4); // Longer than any deadline here: what takes longer hangs.

    private readonly CancellationTokenSource _enough = new();
    private readonly string[] _excused;
    private readonly Task<List<Call>>[] _callers;
    private long _newestAnswered;
    private int _excusedCalls;

    /// <summary>Begins.</summary>
    /// <param name="client">What they call with.</param>
    /// <param name="callers">How many there are.</param>
    /// <param name="pause">How often each calls, if it was answered meanwhile; null: again at once.</param>
    /// <param name="excused">Codes of failures that are no failures here: nobody can be told more when a broker dies.</param>
    public StormLoad(IBrokerServeClient client, int callers, TimeSpan? pause = null, params string[] excused)
    {
        _excused = excused;
        _callers = [.. Enumerable.Range(0, callers).Select(_ => CallAsync(client, pause))];
    }

    /// <summary>When the call was begun that was begun last of all that were answered.</summary>
    public long NewestAnswered => Volatile.Read(ref _newestAnswered);

    /// <summary>How many calls have failed in a way that is excused.</summary>
    public int Excused => Volatile.Read(ref _excusedCalls);

    /// <summary>Whether a call has failed; its caller makes no more.</summary>
    public bool HasFailed => _callers.Any(caller => caller.IsFaulted);

    /// <summary>Stops, and returns every call in the order in which they began. Fails when one call did.</summary>
    public async Task<Call[]> StopAsync()
    {
        await _enough.CancelAsync();
        return [.. (await Task.WhenAll(_callers)).SelectMany(calls => calls).OrderBy(call => call.Begun)];
    }

    private async Task<List<Call>> CallAsync(IBrokerServeClient client, TimeSpan? pause)
    {
        using var clock = pause is { } period ? new PeriodicTimer(period) : null;
        var calls = new List<Call>();
        var seven = new byte[] { 7 }; // As MessagePack says it.
        while (!_enough.IsCancellationRequested)
        {
            var begun = Stopwatch.GetTimestamp();
            try
            {
                var reply = await client.InvokeRawAsync("greet", seven).AsTask().WaitAsync(Longest);
                calls.Add(new Call(begun, Stopwatch.GetTimestamp(), reply.Backend ?? ""));
                See(begun);
            }
            catch (BrokerServeException failure) when (_excused.Contains(failure.Code))
            {
                Interlocked.Increment(ref _excusedCalls);
            }

            await (clock?.WaitForNextTickAsync() ?? new ValueTask<bool>(true));
        }

        return calls;
    }

    private void See(long begun)
    {
        var newest = Volatile.Read(ref _newestAnswered);
        while (newest < begun && Interlocked.CompareExchange(ref _newestAnswered, begun, newest) is var seen && seen != newest)
        {
            newest = seen; // Another caller was first.
        }
    }

    /// <summary>One answered call.</summary>
    internal readonly record struct Call(long Begun, long Answered, string Backend);
}
