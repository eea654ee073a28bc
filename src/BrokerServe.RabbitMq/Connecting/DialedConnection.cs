using RabbitMQ.Client;

namespace BrokerServe.RabbitMq.Connecting;

/// <summary>An open AMQP connection, the socket under it, and the node at its other end.</summary>
internal sealed record DialedConnection(IConnection Amqp, BrokerSocket Socket, BrokerNode Node);
