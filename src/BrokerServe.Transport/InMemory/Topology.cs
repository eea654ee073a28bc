using System.Collections.Concurrent;
using System.Text;

namespace BrokerServe.Transport.InMemory;

/// <summary>The exchanges and queues that there are. Changed under one lock, read by publishers without.</summary>
internal sealed class Topology(TimeProvider time)
{
    // RabbitMQ visits each exchange of a chain of alternates once; a chain longer than this is a circle or a mistake.
    private const int LongestAlternateChain = 8;

    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, Exchange> _exchanges = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Queue> _queues = new(StringComparer.Ordinal);

    /// <summary>Where a message goes; null when there is no such exchange.</summary>
    public Route? Find(string exchange, string routingKey)
    {
        if (exchange.Length == 0)
        {
            return _queues.TryGetValue(routingKey, out var queue) ? queue.Route : Route.Nowhere;
        }

        if (!_exchanges.TryGetValue(exchange, out var next))
        {
            return null;
        }

        for (var visited = 0; visited < LongestAlternateChain; visited++)
        {
            var route = next.RouteOf(routingKey);
            if (route.Queues.Length > 0
                || next.Declaration.AlternateExchange is not { } alternate
                || !_exchanges.TryGetValue(alternate, out next))
            {
                return route;
            }
        }

        return Route.Nowhere;
    }

    /// <summary>Whether there is an exchange of that name.</summary>
    public bool HasExchange(string name) => _exchanges.ContainsKey(name);

    /// <summary>Creates the exchange or checks that it is the same.</summary>
    public void Declare(ExchangeDeclaration declaration)
    {
        CheckName(declaration.Name);
        lock (_lock)
        {
            var exchange = _exchanges.GetOrAdd(declaration.Name, static (_, declared) => new Exchange(declared), declaration);
            if (exchange.Declaration != declaration)
            {
                throw new BrokerException(
                    BrokerFault.TopologyMismatch,
                    $"The exchange '{declaration.Name}' exists as {exchange.Declaration}, which is not {declaration}.");
            }
        }
    }

    /// <summary>Creates the queue or checks that it is the same.</summary>
    public QueueInfo Declare(QueueDeclaration declaration, Connection connection)
    {
        CheckName(declaration.Name);
        if (declaration is { Type: QueueType.Quorum, Exclusive: true } or { Type: QueueType.Quorum, Durable: false })
        {
            throw new BrokerException(
                BrokerFault.TopologyMismatch, $"The quorum queue '{declaration.Name}' must be durable and cannot be exclusive.");
        }

        if (declaration.Stream && declaration != new QueueDeclaration(declaration.Name) { Stream = true, Durable = true })
        {
            throw new BrokerException(BrokerFault.TopologyMismatch, $"The stream '{declaration.Name}' must be durable, and can have no other setting.");
        }

        lock (_lock)
        {
            // Looked at under the lock, so that a connection on its way out leaves no queue behind.
            connection.ThrowIfClosed();
            if (!_queues.TryGetValue(declaration.Name, out var queue))
            {
                queue = declaration.Stream
                    ? new StreamQueue(declaration)
                    : new MessageQueue(declaration, declaration.Exclusive ? connection : null, time);
                _queues[declaration.Name] = queue;
                if (declaration.Exclusive)
                {
                    connection.OwnedQueues.Add(queue);
                }
            }

            queue.ThrowIfLocked(connection);
            if (queue.Declaration != declaration)
            {
                throw new BrokerException(
                    BrokerFault.TopologyMismatch,
                    $"The queue '{declaration.Name}' exists as {queue.Declaration}, which is not {declaration}.");
            }

            return queue.Inspect();
        }
    }

    /// <summary>The queue, for a connection that may use it; null when there is none.</summary>
    public Queue? FindQueue(string name, Connection connection)
    {
        if (!_queues.TryGetValue(name, out var queue))
        {
            return null;
        }

        queue.ThrowIfLocked(connection);
        return queue;
    }

    /// <summary>Deletes a queue; no error when there is none.</summary>
    public void Delete(string name, Connection connection)
    {
        lock (_lock)
        {
            if (FindQueue(name, connection) is { } queue)
            {
                connection.OwnedQueues.Remove(queue);
                Remove(queue);
            }
        }
    }

    /// <summary>Deletes the exclusive queues of a connection that ends.</summary>
    public void DeleteOwnedBy(Connection connection)
    {
        lock (_lock)
        {
            foreach (var queue in connection.OwnedQueues)
            {
                Remove(queue);
            }

            connection.OwnedQueues.Clear();
        }
    }

    /// <summary>Forgets what does not survive a restart.</summary>
    public void DropTransient()
    {
        lock (_lock)
        {
            foreach (var (_, queue) in _queues)
            {
                if (queue.Declaration.Durable)
                {
                    queue.DropTransient();
                }
                else
                {
                    Remove(queue);
                }
            }
        }
    }

    /// <summary>Binds a queue to an exchange.</summary>
    public void Bind(string queue, string exchange, string key, Connection connection)
    {
        lock (_lock)
        {
            Demand(_exchanges.GetValueOrDefault(exchange), "exchange", exchange).Bind(
                Demand(FindQueue(queue, connection), "queue", queue), key);
        }
    }

    /// <summary>Ends a binding, if there is one.</summary>
    public void Unbind(string queue, string exchange, string key, Connection connection)
    {
        lock (_lock)
        {
            if (FindQueue(queue, connection) is { } bound && _exchanges.TryGetValue(exchange, out var from))
            {
                from.Unbind(bound, key);
            }
        }
    }

    private static T Demand<T>(T? found, string what, string name)
        where T : class =>
        found ?? throw new BrokerException(BrokerFault.NotFound, $"There is no {what} '{name}'.");

    private static void CheckName(string name)
    {
        if (name.Length == 0 || Encoding.UTF8.GetByteCount(name) > BrokerLimits.MaxShortStringBytes)
        {
            throw new BrokerException(BrokerFault.Other, $"A name has 1 to {BrokerLimits.MaxShortStringBytes} bytes, which '{name}' has not.");
        }

        if (name.StartsWith("amq.", StringComparison.Ordinal))
        {
            throw new BrokerException(BrokerFault.AccessDenied, $"The name '{name}' begins with 'amq.', which is reserved.");
        }
    }

    private void Remove(Queue queue)
    {
        foreach (var (exchange, key) in queue.Bindings.ToArray())
        {
            exchange.Unbind(queue, key);
        }

        _queues.TryRemove(queue.Declaration.Name, out _);
        queue.Delete();
    }
}
