using System.Diagnostics;
using BrokerServe.Client;

namespace BrokerServe.EndToEnd.Tests.Processes;

/// <summary>Callers that call one after the other, and put down when each call was begun and answered, and by whom.</summary>
internal sealed class StormLoad
{
    private readonly CancellationTokenSource _enough = new();
    private readonly Task<List<Call>>[] _callers;
    private long _newestAnswered;

    public StormLoad(IBrokerServeClient client, int callers) =>
        _callers = [.. Enumerable.Range(0, callers).Select(_ => CallAsync(client))];

    /// <summary>When the call was begun that was begun last of all that were answered.</summary>
    public long NewestAnswered => Volatile.Read(ref _newestAnswered);

    /// <summary>Whether a call has failed; its caller makes no more.</summary>
    public bool HasFailed => _callers.Any(caller => caller.IsFaulted);

    /// <summary>Stops, and returns every call in the order in which they began. Fails when one call did.</summary>
    public async Task<Call[]> StopAsync()
    {
        await _enough.CancelAsync();
        return [.. (await Task.WhenAll(_callers)).SelectMany(calls => calls).OrderBy(call => call.Begun)];
    }

    private async Task<List<Call>> CallAsync(IBrokerServeClient client)
    {
        var calls = new List<Call>();
        var seven = new byte[] { 7 }; // As MessagePack says it.
        while (!_enough.IsCancellationRequested)
        {
            var begun = Stopwatch.GetTimestamp();
            var reply = await client.InvokeRawAsync("greet", seven).AsTask().WaitAsync(ServingSystem.Patience);
            calls.Add(new Call(begun, Stopwatch.GetTimestamp(), reply.Backend ?? ""));
            See(begun);
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
