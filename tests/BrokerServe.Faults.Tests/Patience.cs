namespace BrokerServe.Faults.Tests;

/// <summary>Guards, not expectations: what takes longer has gone wrong.</summary>
internal static class Patience
{
    public static readonly TimeSpan Long = TimeSpan.FromMinutes(3);

    /// <summary>Looks until something is so.</summary>
    public static async Task UntilAsync(Func<Task<bool>> isSo, Func<string> what)
    {
        var until = TimeProvider.System.GetTimestamp();
        while (!await isSo())
        {
            if (TimeProvider.System.GetElapsedTime(until) > Long)
            {
                throw new TimeoutException($"It did not come to be within {Long}: {what()}");
            }

            await Task.Delay(100); // As a rule somebody else's processors are what is waited for.
        }
    }

    public static Task UntilAsync(Func<bool> isSo, Func<string> what) => UntilAsync(() => Task.FromResult(isSo()), what);
}
