namespace BrokerServe.Host.Top;

/// <summary>What <c>top</c> was asked for.</summary>
/// <param name="Interval">How often the numbers are taken anew.</param>
/// <param name="Count">How often; null: until it is enough.</param>
/// <param name="Filter">Only rows with this word in a name.</param>
/// <param name="Json">A JSON object each time.</param>
internal sealed record TopSettings(TimeSpan Interval, int? Count, string Filter, bool Json);
