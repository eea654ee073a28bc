namespace BrokerServe.LoadGenerator;

/// <summary>For clients whose calls are awaited: one caller for each slot.</summary>
public abstract class CallTarget(Generator generator) : ITarget
{
    // A system that answers "no" at once must not be asked as fast as a processor can.
    private static readonly TimeSpan PauseAfterError = TimeSpan.FromMilliseconds(1);

    /// <inheritdoc/>
    public ValueTask SendAsync(int slot)
    {
        _ = CallAsync(slot);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();

    /// <summary>Makes one call.</summary>
    /// <returns>Why there is no reply; null when there is one. What it throws counts by the exception's name.</returns>
    protected abstract ValueTask<string?> InvokeAsync(int slot);

    private async Task CallAsync(int slot)
    {
        string? error;
        do
        {
            try
            {
                error = await InvokeAsync(slot).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                // The top of this caller's loop: whatever a client throws ended a request.
                error = exception.GetType().Name;
            }

            if (error is not null)
            {
                await Task.Delay(PauseAfterError).ConfigureAwait(false);
            }
        }
        while (generator.Ended(slot, error));
    }
}
