using BrokerServe.Transport;
using RabbitMQ.Client;

namespace BrokerServe.RabbitMq;

/// <content>Queues, exchanges and bindings.</content>
internal sealed partial class RabbitMqConnection
{
    /// <inheritdoc/>
    public async ValueTask DeclareExchangeAsync(ExchangeDeclaration exchange, CancellationToken cancellationToken)
    {
        var kind = exchange.Kind == ExchangeKind.Fanout ? ExchangeType.Fanout : ExchangeType.Direct;
        Dictionary<string, object?>? arguments = exchange.AlternateExchange is { } alternate ? new() { ["alternate-exchange"] = alternate } : null;
        await RunAsync(
            $"Declaring exchange '{exchange.Name}'",
            (c, token) => c.ExchangeDeclareAsync(exchange.Name, kind, durable: true, autoDelete: false, arguments, cancellationToken: token),
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> ExchangeExistsAsync(string exchange, CancellationToken cancellationToken)
    {
        try
        {
            await RunAsync($"Looking for exchange '{exchange}'", (c, token) => c.ExchangeDeclarePassiveAsync(exchange, token), cancellationToken)
                .ConfigureAwait(false);
            return true;
        }
        catch (BrokerException e) when (e.Fault == BrokerFault.NotFound)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<QueueInfo> DeclareQueueAsync(QueueDeclaration queue, CancellationToken cancellationToken)
    {
        var arguments = QueueArguments.Of(queue);
        var declared = await _admin.RunAsync(
            $"Declaring queue '{queue.Name}'",
            (c, token) => c.QueueDeclareAsync(queue.Name, queue.Durable, queue.Exclusive, autoDelete: false, arguments, cancellationToken: token),
            cancellationToken).ConfigureAwait(false);
        return Info(declared);
    }

    /// <inheritdoc/>
    public async ValueTask<QueueInfo?> InspectQueueAsync(string queue, CancellationToken cancellationToken)
    {
        try
        {
            return Info(await _admin.RunAsync(
                $"Inspecting queue '{queue}'", (c, token) => c.QueueDeclarePassiveAsync(queue, token), cancellationToken).ConfigureAwait(false));
        }
        catch (BrokerException e) when (Refusals.IsAbsence(e))
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DeleteQueueAsync(string queue, CancellationToken cancellationToken) =>
        await _admin.RunAsync(
            $"Deleting queue '{queue}'",
            (c, token) => c.QueueDeleteAsync(queue, ifUnused: false, ifEmpty: false, cancellationToken: token),
            cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask BindAsync(string queue, string exchange, string routingKey, CancellationToken cancellationToken) =>
        await RunAsync(
            $"Binding queue '{queue}' to exchange '{exchange}'",
            (c, token) => c.QueueBindAsync(queue, exchange, routingKey, cancellationToken: token),
            cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask UnbindAsync(string queue, string exchange, string routingKey, CancellationToken cancellationToken)
    {
        try
        {
            await RunAsync(
                $"Unbinding queue '{queue}' from exchange '{exchange}'",
                (c, token) => c.QueueUnbindAsync(queue, exchange, routingKey, cancellationToken: token),
                cancellationToken).ConfigureAwait(false);
        }
        catch (BrokerException e) when (Refusals.IsAbsence(e))
        {
            // Without the queue or the exchange there is no binding either.
        }
    }

    private static QueueInfo Info(QueueDeclareOk declared) => new(declared.QueueName, declared.MessageCount, declared.ConsumerCount);

    private Task RunAsync(string what, Func<IChannel, CancellationToken, Task> operation, CancellationToken cancellationToken) =>
        _admin.RunAsync(
            what,
            async (c, token) =>
            {
                await operation(c, token).ConfigureAwait(false);
                return true;
            },
            cancellationToken);
}
