using System.Diagnostics;

namespace BrokerServe.Transport.Tests.Compliance;

/// <summary>A time limit that only guards against waiting for ever; its message names what did not happen.</summary>
public sealed class Patience(string what)
{
    /// <summary>Far longer than anything takes on a busy machine.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly long _since = Stopwatch.GetTimestamp();

    /// <summary>Waits a moment before a broker is asked again.</summary>
    public async Task PauseAsync()
    {
        ThrowIfOver();
        await Task.Delay(10);
    }

    /// <summary>Lets other threads of this process go first.</summary>
    public async Task YieldAsync()
    {
        ThrowIfOver();
        await Task.Yield();
    }

    /// <summary>Awaits a task within the limit.</summary>
    public static async Task<T> ForAsync<T>(Task<T> task, string what)
    {
        await Task.WhenAny(task, Task.Delay(Limit));
        return task.IsCompleted ? await task : throw new TimeoutException($"Did not happen within {Limit.TotalSeconds:0} s: {what}.");
    }

    /// <summary>Awaits a task within the limit.</summary>
    public static async Task ForAsync(Task task, string what) => await ForAsync(Done(task), what);

    /// <summary>Awaits the firing of a token within the limit.</summary>
    public static async Task ForAsync(CancellationToken token, string what)
    {
        var fired = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = token.Register(() => fired.TrySetResult(true));
        await ForAsync(fired.Task, what);
    }

    private void ThrowIfOver()
    {
        if (Stopwatch.GetElapsedTime(_since) > Limit)
        {
            throw new TimeoutException($"Did not happen within {Limit.TotalSeconds:0} s: {what}.");
        }
    }

    private static async Task<bool> Done(Task task)
    {
        await task;
        return true;
    }
}
