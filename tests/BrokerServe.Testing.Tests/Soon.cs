namespace BrokerServe.Testing.Tests;

/// <summary>A time limit that only guards against waiting for ever.</summary>
internal static class Soon
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>What a call ended with, which was to end by now.</summary>
    public static async Task<T> EndsAsync<T>(Task<T> call)
    {
        await Task.WhenAny(call, Task.Delay(Limit));
        return call.IsCompleted ? await call : throw new TimeoutException($"The call did not end within {Limit.TotalSeconds:0} s.");
    }
}
