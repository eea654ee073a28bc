namespace BrokerServe.Worker.Tests.Harness;

/// <summary>A time limit that only guards against waiting for ever; its message names what did not happen.</summary>
internal static class Patience
{
    /// <summary>Far longer than anything takes on a busy machine.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static async Task<T> ForAsync<T>(Task<T> task, string what)
    {
        await Task.WhenAny(task, Task.Delay(Limit));
        return task.IsCompleted ? await task : throw new TimeoutException($"Did not happen within {Limit.TotalSeconds:0} s: {what}.");
    }

    public static Task ForAsync(Task task, string what)
    {
        return ForAsync(Done(), what);

        async Task<bool> Done()
        {
            await task;
            return true;
        }
    }

    public static async Task ForAsync(CancellationToken token, string what)
    {
        var fired = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = token.Register(() => fired.TrySetResult(true));
        await ForAsync(fired.Task, what);
    }

    /// <summary>For what can only be looked at, not waited for.</summary>
    public static Task UntilAsync(Func<bool> condition, string what) => UntilAsync(() => Task.FromResult(condition()), what);

    /// <summary>For what can only be looked at, not waited for.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        for (var waited = TimeSpan.Zero; !await condition(); waited += TimeSpan.FromMilliseconds(10))
        {
            Assert.True(waited < Limit, $"Did not happen within {Limit.TotalSeconds:0} s: {what}.");
            await Task.Delay(10);
        }
    }
}
