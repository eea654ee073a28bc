namespace BrokerServe.Client.Publishing;

/// <summary>Waits for the end of something.</summary>
internal static class Until
{
    /// <summary>Completes when the first of the tokens fires.</summary>
    public static async Task AnyAsync(params CancellationToken[] tokens)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(tokens);
        using var registration = any.Token.UnsafeRegister(static source => ((TaskCompletionSource)source!).TrySetResult(), ended);
        await ended.Task.ConfigureAwait(false);
    }
}
