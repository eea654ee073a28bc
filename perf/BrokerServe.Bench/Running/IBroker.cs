namespace BrokerServe.Bench.Running;

/// <summary>The RabbitMQ that is measured through.</summary>
internal interface IBroker : IAsyncDisposable
{
    string Uri { get; }

    /// <summary>Such as <c>RabbitMQ 3.10.8</c>.</summary>
    string Version { get; }

    /// <summary>Seconds of processor time that it has used; null when that cannot be seen from here.</summary>
    double? ProcessorSeconds();

    /// <summary>Its counters; null when they cannot be seen from here.</summary>
    Task<BrokerCounts?> CountAsync();
}
