namespace BrokerServe.Transport;

/// <summary>How an exchange passes messages on.</summary>
public enum ExchangeKind
{
    /// <summary>To the queues bound under exactly the message's routing key.</summary>
    Direct,

    /// <summary>To every bound queue.</summary>
    Fanout,
}
