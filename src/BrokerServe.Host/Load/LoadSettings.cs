namespace BrokerServe.Host.Load;

/// <summary>What <c>brokerserve load</c> was asked to do.</summary>
/// <param name="Endpoint">Which endpoint to call.</param>
/// <param name="Concurrency">Callers, and so the most calls under way.</param>
/// <param name="Duration">How long calls are begun.</param>
/// <param name="WarmUp">How long calls are made before, and not counted; 0: not at all.</param>
/// <param name="Size">Bytes of each payload.</param>
/// <param name="Rate">Calls per second to begin; null: as soon as the last has ended.</param>
/// <param name="Timeout">What each call waits.</param>
/// <param name="AtMostOnce">Transient and unconfirmed.</param>
/// <param name="Prefix">Of the system's names.</param>
internal sealed record LoadSettings(
    string Endpoint, int Concurrency, TimeSpan Duration, TimeSpan WarmUp, int Size, double? Rate, TimeSpan Timeout, bool AtMostOnce,
    string Prefix);
