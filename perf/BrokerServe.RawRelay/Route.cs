namespace BrokerServe.RawRelay;

/// <summary>The way that requests take.</summary>
internal enum Route
{
    /// <summary>From the load to the broker and back to the load: one hop.</summary>
    Hop,

    /// <summary>To a worker and back: two hops, the RPC of every RabbitMQ tutorial.</summary>
    Rpc,

    /// <summary>To a relay, from there to a worker, and back the same way: four hops.</summary>
    Relay,

    /// <summary>Load and workers on either side of BrokerServe's routers, as plain AMQP: four hops.</summary>
    Serve,
}
