namespace BrokerServe.Transport;

/// <summary>What to consume and how much of it at once.</summary>
/// <param name="Queue">An existing queue.</param>
/// <param name="Prefetch">Deliveries that may be unsettled at once, 1 to 65,535. Of a stream there may be some more: a broker hands over together
/// what it has stored together.</param>
public sealed record ConsumerOptions(string Queue, int Prefetch)
{
    /// <summary>Where in a stream to begin; null: with what is appended from now on. No other queue takes it.</summary>
    /// <remarks>Set it where deliveries of a stream may be given back: without it RabbitMQ 3.10 closes the connection.</remarks>
    public StreamPosition? From { get; init; }

    /// <summary>Largest prefetch that AMQP 0-9-1 can say (a 16-bit field of <c>basic.qos</c>).</summary>
    public const int MaxPrefetch = 65_535;
}
