using System.Diagnostics;
using BrokerServe.Client;

namespace BrokerServe.EndToEnd.Tests.Processes;

/// <summary>Callers that call one after the other, and put down when each call was begun and answered, and by whom.</summary>
internal sealed class StormLoad
{
    private readonly CancellationTokenSource _enough = new();
    private readonly Task<List<Call>[]> _running;
    private volatile Watch? _watch;

    public StormLoad(IBrokerServeClient client, int callers) =>
        _running = Task.WhenAll(Enumerable.Range(0, callers).Select(_ => CallAsync(client)));

    /// <summary>Completes when so many calls that were begun at or after a moment were answered, or when a call has failed.</summary>
    public Task AnsweredAsync(int count, long begunAfter)
    {
        var watch = new Watch(begunAfter, count);
        _watch = watch;
        return Task.WhenAny(watch.Done.Task, _running);
    }

    /// <summary>Stops, and returns every call in the order in which they began. Fails when one call did.</summary>
    public async Task<Call[]> StopAsync()
    {
        await _enough.CancelAsync();
        return [.. (await _running).SelectMany(calls => calls).OrderBy(call => call.Begun)];
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
            _watch?.See(begun);
        }

        return calls;
    }

    private sealed class Watch(long begunAfter, int count)
    {
        private int _left = count;

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void See(long begun)
        {
            if (begun >= begunAfter && Interlocked.Decrement(ref _left) == 0)
            {
                Done.SetResult();
            }
        }
    }

    /// <summary>One answered call.</summary>
    internal readonly record struct Call(long Begun, long Answered, string Backend);
}
