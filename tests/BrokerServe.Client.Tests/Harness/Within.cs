namespace BrokerServe.Client.Tests.Harness;

/// <summary>A guard against waiting for ever: its message names what did not happen.</summary>
internal static class Within
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(20);

    public static async Task<T> ReasonAsync<T>(Task<T> task, string missing)
    {
        try
        {
            return await task.WaitAsync(Guard, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            throw new InvalidOperationException($"Within {Guard.TotalSeconds} s this did not happen: {missing}.");
        }
    }

    public static async Task ReasonAsync(Task task, string missing) => await ReasonAsync(Wrap(task), missing);

    /// <summary>Looks again and again, for what tells nobody when it changes.</summary>
    public static async Task UntilAsync(Func<bool> condition, string missing)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > Guard)
            {
                throw new InvalidOperationException($"Within {Guard.TotalSeconds} s this did not happen: {missing}.");
            }

            await Task.Delay(1);
        }
    }

    private static async Task<bool> Wrap(Task task)
    {
        await task;
        return true;
    }
}
