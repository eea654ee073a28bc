using BrokerServe.Transport;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace BrokerServe.RabbitMq.Consuming;

/// <summary>One subscription on a channel of its own, with a tag that the broker makes: a tag used twice would close the connection.</summary>
/// <remarks>
/// Deliveries come from the library's dispatch loop of this channel, one at a time and in order, with a body in the library's pooled memory.
/// A cancellation comes through the same loop and so after the last delivery; the end of the channel does not, and what was read but not
/// handed over is left out: the broker delivers it again.
/// </remarks>
internal sealed class RabbitMqConsumer : IConsumer, IAsyncBasicConsumer
{
    private readonly RabbitMqConnection _connection;
    private readonly BoundedChannel _channel;
    private readonly ILogger _logger;
    private readonly StreamPosition? _from;
    private IDeliveryHandler? _handler;
    private string? _tag; // Set when the broker has agreed to deliver.
    private bool _isStopped; // By us; the emptying of the gate is behind it.
    private int _disposed;

    public RabbitMqConsumer(RabbitMqConnection connection, BoundedChannel channel, ConsumerOptions options, ILogger logger)
    {
        _connection = connection;
        _channel = channel;
        _logger = logger;
        Queue = options.Queue;
        _from = options.From;
        channel.Amqp.ChannelShutdownAsync += OnShutdownAsync;
        connection.Join(Gate);
    }

    /// <inheritdoc/>
    public string Queue { get; }

    /// <inheritdoc/>
    public CancellationToken Ended => Gate.Token;

    IChannel? IAsyncBasicConsumer.Channel => _channel.Amqp;

    private CallbackGate Gate { get; } = new();

    /// <summary>Sets how much may be unsettled at once; before <see cref="StartAsync"/>.</summary>
    public Task LimitAsync(int prefetch, CancellationToken cancellationToken) =>
        _channel.RunAsync(
            $"Setting the prefetch of queue '{Queue}'",
            async (c, token) =>
            {
                await c.BasicQosAsync(0, (ushort)prefetch, global: false, token).ConfigureAwait(false);
                return true;
            },
            cancellationToken);

    /// <inheritdoc/>
    public async ValueTask StartAsync(IDeliveryHandler handler, CancellationToken cancellationToken)
    {
        if (Interlocked.CompareExchange(ref _handler, handler, null) is not null)
        {
            throw new InvalidOperationException($"The consumer of queue '{Queue}' was started already.");
        }

        try
        {
            _tag = await _channel.RunAsync(
                $"Consuming queue '{Queue}'",
                (c, token) => c.BasicConsumeAsync(
                    Queue, autoAck: false, consumerTag: "", noLocal: false, exclusive: false, StreamOffset.Say(_from), consumer: this, token),
                cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // The broker has closed the channel, or nobody knows whether deliveries will come: either way this consumer is over.
            Gate.Shut();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask AckAsync(ulong deliveryTag, bool multiple)
    {
        try
        {
            return SentAsync(_channel.Amqp.BasicAckAsync(deliveryTag, multiple));
        }
        catch (Exception e) when (Refusals.IsEnd(e))
        {
            return default;
        }
    }

    /// <inheritdoc/>
    public ValueTask RequeueAsync(ulong deliveryTag)
    {
        if (_from is not null)
        {
            return AckAsync(deliveryTag, multiple: false); // A stream keeps its place by what was read; 3.10 closes the connection for a nack.
        }

        try
        {
            return SentAsync(_channel.Amqp.BasicNackAsync(deliveryTag, multiple: false, requeue: true));
        }
        catch (Exception e) when (Refusals.IsEnd(e))
        {
            return default;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<bool> StopAsync(CancellationToken cancellationToken)
    {
        if (_tag is null || !Gate.IsOpen)
        {
            var isFirst = Gate.Shut();
            await Gate.Empty.WaitAsync(cancellationToken).ConfigureAwait(false);
            return isFirst;
        }

        return await _channel.RunAsync(
            $"Stopping the consumer of queue '{Queue}'",
            async (c, token) =>
            {
                await c.BasicCancelAsync(_tag, noWait: false, token).ConfigureAwait(false);

                // The answer is in; deliveries that came before it are still being handed over.
                await Gate.Empty.WaitAsync(token).ConfigureAwait(false);
                return _isStopped;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Gate.Shut();
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            await _channel.CloseAsync().ConfigureAwait(false);
            _connection.Part(Gate);
        }
    }

    Task IAsyncBasicConsumer.HandleBasicDeliverAsync(
        string consumerTag,
        ulong deliveryTag,
        bool redelivered,
        string exchange,
        string routingKey,
        IReadOnlyBasicProperties properties,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken)
    {
        if (Gate.TryEnter())
        {
            try
            {
                var offset = _from is null ? Delivery.NoOffset : StreamOffset.Of(properties);
                _handler!.OnDelivery(
                    new Delivery(deliveryTag, redelivered, exchange, routingKey, InboundProperties.Read(properties), body.Span, offset));
            }
            catch (Exception e)
            {
                // A broken promise of the handler's. The library would swallow it and leave the delivery unsettled for ever.
                Log.HandlerFailed(_logger, Queue, e);
                Gate.Shut();
            }
            finally
            {
                Gate.Leave();
            }
        }

        return Task.CompletedTask;
    }

    Task IAsyncBasicConsumer.HandleBasicConsumeOkAsync(string consumerTag, CancellationToken cancellationToken) => Task.CompletedTask;

    // The broker has ended the subscription: the queue was deleted, or its node went away.
    Task IAsyncBasicConsumer.HandleBasicCancelAsync(string consumerTag, CancellationToken cancellationToken)
    {
        Log.SubscriptionEnded(_logger, Queue);
        return End();
    }

    // The broker has agreed to end it. What it had to say before came before, and an end of its own has shut the gate.
    Task IAsyncBasicConsumer.HandleBasicCancelOkAsync(string consumerTag, CancellationToken cancellationToken)
    {
        _isStopped = Gate.Shut();
        return Task.CompletedTask;
    }

    Task IAsyncBasicConsumer.HandleChannelShutdownAsync(object channel, ShutdownEventArgs reason) => End();

    private Task OnShutdownAsync(object sender, ShutdownEventArgs reason)
    {
        // The end of the whole connection is told once, by whoever supervises it.
        if (reason.Initiator == ShutdownInitiator.Peer && _channel.Amqp.IsClosed && !_connection.IsEnding)
        {
            Log.ChannelRefused(_logger, Queue, reason.ReplyCode, reason.ReplyText);
        }

        return End();
    }

    private Task End()
    {
        Gate.Shut();
        return Task.CompletedTask;
    }

    private ValueTask SentAsync(ValueTask sent) => sent.IsCompletedSuccessfully ? default : SentSlowAsync(sent);

    // The socket is busy. It may stay so for ever; the connection's end is the limit, and heartbeats are what brings that about.
    private async ValueTask SentSlowAsync(ValueTask sent)
    {
        var sending = sent.AsTask();
        try
        {
            await sending.WaitAsync(_connection.Closed).ConfigureAwait(false);
        }
        catch (Exception e) when (Refusals.IsEnd(e))
        {
            // Closed meanwhile: the broker delivers again what was not settled.
            Deadline.Leave(sending);
        }
    }
}
