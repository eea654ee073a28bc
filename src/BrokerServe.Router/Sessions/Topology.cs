using BrokerServe.Protocol;
using BrokerServe.Router.Configuration;
using BrokerServe.Router.Routing;
using BrokerServe.Transport;

namespace BrokerServe.Router.Sessions;

/// <summary>What routers declare at the broker, and nobody else does. PROTOCOL.md lists it.</summary>
internal static class Topology
{
    /// <summary>How often a request may come back to a quorum queue. 4.x would drop innocents after 20, and 3.10 misreads -1.</summary>
    private const int DeliveryLimit = 100_000;

    /// <summary>Requests to unknown endpoints that wait for a router to refuse them; older ones are dropped beyond it.</summary>
    public const int MaxUnroutable = 10_000;

    /// <summary>What was given up on and waits for somebody to look: far more than anybody reads, and 100 MB at a usual KiB each.</summary>
    public const int MaxDead = 100_000;

    /// <summary>Declares the shared exchanges and queues, or checks that they are as they should be.</summary>
    /// <exception cref="BrokerException">A queue exists with another type; the message says how to migrate.</exception>
    public static async Task DeclareSharedAsync(IBrokerConnection connection, ObjectNames names, QueueType type, CancellationToken cancellationToken)
    {
        await connection.DeclareExchangeAsync(new(names.Unroutable, ExchangeKind.Fanout), cancellationToken).ConfigureAwait(false);
        await DeclareSharedQueueAsync(connection, names.Unroutable, MaxUnroutable, type, cancellationToken).ConfigureAwait(false);
        await connection.BindAsync(names.Unroutable, names.Unroutable, "", cancellationToken).ConfigureAwait(false);
        await DeclareDeadAsync(connection, names, type, cancellationToken).ConfigureAwait(false);
        await connection.DeclareExchangeAsync(new(names.Replies, ExchangeKind.Direct), cancellationToken).ConfigureAwait(false);
        foreach (var fanout in new[] { names.Cancels, names.Reports, names.Replicas, names.Routers })
        {
            await connection.DeclareExchangeAsync(new(fanout, ExchangeKind.Fanout), cancellationToken).ConfigureAwait(false);
        }

        // Last, because clients begin to publish when it is there, and what has no endpoint queue yet must have somewhere to wait.
        await connection.DeclareExchangeAsync(new(names.Requests, ExchangeKind.Direct, names.Unroutable), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Declares the dead queue.</summary>
    public static Task DeclareDeadAsync(IBrokerConnection connection, ObjectNames names, QueueType type, CancellationToken cancellationToken) =>
        DeclareSharedQueueAsync(connection, names.Dead, MaxDead, type, cancellationToken);

    private static async Task DeclareSharedQueueAsync(
        IBrokerConnection connection, string queue, int maxLength, QueueType type, CancellationToken cancellationToken)
    {
        try
        {
            var declaration = DurableQueue(queue, type);
            await connection.DeclareQueueAsync(declaration with { MaxLength = maxLength }, cancellationToken).ConfigureAwait(false);
        }
        catch (BrokerException exception) when (exception.Fault == BrokerFault.TopologyMismatch)
        {
            throw new BrokerException(
                BrokerFault.TopologyMismatch,
                $"Queue '{queue}' exists, but not as this router declares it ({type.ToString().ToLowerInvariant()}, {maxLength} messages). Set "
                + $"{nameof(RouterOptions.SharedQueueType)} to its type; or stop the routers, delete it, and start again.",
                exception);
        }
    }

    private static QueueDeclaration DurableQueue(string queue, QueueType type) =>
        new(queue) { Durable = true, Type = type, DeliveryLimit = type == QueueType.Quorum ? DeliveryLimit : null };

    /// <summary>Declares an endpoint's queue and binds it, so that its requests wait there.</summary>
    /// <exception cref="BrokerException">The queue exists with another type; the message says how to migrate.</exception>
    public static async Task DeclareEndpointAsync(
        IBrokerConnection connection, ObjectNames names, EndpointModel endpoint, CancellationToken cancellationToken)
    {
        var queue = names.EndpointQueue(endpoint.Name);
        try
        {
            await connection.DeclareQueueAsync(DurableQueue(queue, endpoint.QueueType), cancellationToken).ConfigureAwait(false);
        }
        catch (BrokerException exception) when (exception.Fault == BrokerFault.TopologyMismatch)
        {
            throw new BrokerException(
                BrokerFault.TopologyMismatch,
                $"Queue '{queue}' exists, but not as a {endpoint.QueueType.ToString().ToLowerInvariant()} queue. To change the type of an endpoint's "
                + "queue, stop its producers, let the routers empty it, delete it, and start again; or set QueueType back.",
                exception);
        }

        await connection.BindAsync(queue, names.Requests, endpoint.Name, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Declares an exclusive queue of this router, bound to exchanges.</summary>
    public static async Task DeclarePrivateAsync(
        IBrokerConnection connection, string queue, string routingKey, IReadOnlyList<string> exchanges, CancellationToken cancellationToken)
    {
        await connection.DeclareQueueAsync(new(queue) { Exclusive = true }, cancellationToken).ConfigureAwait(false);
        foreach (var exchange in exchanges)
        {
            await connection.BindAsync(queue, exchange, routingKey, cancellationToken).ConfigureAwait(false);
        }
    }
}
