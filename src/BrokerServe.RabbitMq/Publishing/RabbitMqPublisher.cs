using BrokerServe.Transport;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace BrokerServe.RabbitMq.Publishing;

/// <summary>One channel to publish on; another one when the broker refuses messages on it.</summary>
/// <remarks>
/// The library copies a message into a frame of its own before it first waits, so that nothing of the caller's is touched once
/// <see cref="PublishAsync"/> has returned, even when it has left a stuck write behind.
/// </remarks>
internal sealed partial class RabbitMqPublisher : IPublisher
{
    private readonly RabbitMqConnection _connection;
    private readonly IPublisherEvents? _events;
    private readonly BrokerLimits _limits;
    private readonly ConfirmedProperties? _confirmed; // Null when the broker confirms nothing.
    private ShutdownEventArgs? _shutdown;
    private int _disposed;

    public RabbitMqPublisher(
        RabbitMqConnection connection, BoundedChannel channel, PublisherOptions options, IPublisherEvents? events, BrokerLimits limits, ILogger logger)
    {
        _connection = connection;
        _events = events;
        _limits = limits;
        _logger = logger;
        _confirmed = options.Confirms ? new ConfirmedProperties() : null;
        _channel = new PublishChannel(this, channel, events);
        connection.Join(Gate);
    }

    /// <inheritdoc/>
    public CancellationToken Closed => Gate.Token;

    /// <inheritdoc/>
    public ulong NextSequence { get; private set; } = 1;

    /// <summary>Lets the broker's answers through, of all channels.</summary>
    public CallbackGate Gate { get; } = new();

    /// <inheritdoc/>
    public ValueTask PublishAsync(in OutboundMessage message)
    {
        // Refused here, because the broker would close the channel over it, or the connection.
        if (_limits.Refuse(message) is { } refusal)
        {
            return ValueTask.FromException(new BrokerException(BrokerFault.TooLarge, refusal));
        }

        if (!Gate.IsOpen)
        {
            return ValueTask.FromException(Lost(null));
        }

        TakeNextChannel();
        var sent = _confirmed is null
            ? _channel.Amqp.BasicPublishAsync(
                message.Exchange, message.RoutingKey, message.Mandatory, new OutboundHeader(message.Properties), message.Body)
            : _channel.Amqp.BasicPublishAsync(
                message.Exchange, message.RoutingKey, message.Mandatory, _confirmed.Fill(message.Properties), message.Body);

        // The library has counted the message by now, and so has the broker once it reads it.
        NextSequence++;
        return sent.IsCompletedSuccessfully ? default : SentSlowAsync(sent);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Gate.Shut();
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            await CloseChannelsAsync().ConfigureAwait(false);
            _connection.Part(Gate);
        }
    }

    // The socket is busy. During an alarm that lasts; otherwise a socket that takes nothing for so long belongs to a peer that is gone, or
    // to a write loop of the library's that has died (rabbitmq-dotnet-client 1930).
    private async ValueTask SentSlowAsync(ValueTask sent)
    {
        var sending = sent.AsTask();
        while (true)
        {
            try
            {
                await sending.WaitAsync(_connection.Limit, Closed).ConfigureAwait(false);
                return;
            }
            catch (TimeoutException) when (_connection.IsBlocked && !sending.IsCompleted)
            {
                // The broker said so; it will read again, or the connection ends.
            }
            catch (TimeoutException e)
            {
                var stuck = new BrokerException(
                    BrokerFault.TimedOut,
                    $"The connection '{_connection.Name}' took no message for {_connection.Limit.TotalSeconds:0.#} s; it is given up.",
                    e);
                Deadline.Leave(sending);
                _connection.Abort(stuck);
                throw stuck;
            }
            catch (Exception e) when (Refusals.IsEnd(e))
            {
                Deadline.Leave(sending);
                throw Lost(e);
            }
        }
    }

    private BrokerException Lost(Exception? inner)
    {
        const string What = "Publishing";
        return Volatile.Read(ref _shutdown) is { Initiator: ShutdownInitiator.Peer } reason
            ? Refusals.Of(reason, What, inner)
            : inner is null ? _connection.End.Failure(What) : Refusals.Of(inner, What, _connection.End);
    }
}
