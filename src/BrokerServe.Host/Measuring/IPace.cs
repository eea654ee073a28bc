namespace BrokerServe.Host.Measuring;

/// <summary>Says when the next call is to begin.</summary>
internal interface IPace
{
    /// <summary>Waits until a call is due; any number of callers ask at once.</summary>
    /// <returns>The timestamp from which its latency counts; null when the run is over.</returns>
    ValueTask<long?> NextAsync(CancellationToken stopping);
}
