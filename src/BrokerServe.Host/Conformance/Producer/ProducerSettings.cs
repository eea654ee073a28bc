namespace BrokerServe.Host.Conformance.Producer;

/// <summary>What <c>brokerserve conformance producer</c> was asked to do.</summary>
/// <param name="Endpoint">The endpoint that the producer calls.</param>
/// <param name="Prefix">Of all names at the broker.</param>
internal sealed record ProducerSettings(string Endpoint, string Prefix)
{
    /// <summary>What calls are answered with when they end well, as MessagePack; null: with their own payload.</summary>
    public byte[]? Reply { get; init; }

    /// <summary>How many requests to see at least. Default 20: each way to answer twice, and more.</summary>
    public int Requests { get; init; } = 20;

    /// <summary>How long to wait for the next request. Default 30 s: longer than anybody takes to start a producer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);
}
