namespace BrokerServe.Host.Tests;

/// <summary>A guard against waiting for ever: its message names what did not happen.</summary>
internal static class Within
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    public static async Task<T> ReasonAsync<T>(Task<T> task, string missing)
    {
        try
        {
            return await task.WaitAsync(Guard);
        }
        catch (TimeoutException)
        {
            throw new InvalidOperationException($"Within {Guard.TotalSeconds} s this did not happen: {missing}.");
        }
    }
}
