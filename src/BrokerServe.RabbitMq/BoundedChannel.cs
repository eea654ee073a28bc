using BrokerServe.Transport;
using RabbitMQ.Client;

namespace BrokerServe.RabbitMq;

/// <summary>One AMQP channel; nothing that is asked of it takes longer than its limit.</summary>
internal sealed class BoundedChannel
{
    private readonly TimeSpan _limit;
    private readonly CancellationToken _closed;

    private BoundedChannel(IChannel amqp, TimeSpan limit, CancellationToken closed)
    {
        Amqp = amqp;
        _limit = limit;
        _closed = closed;
    }

    /// <summary>The library's channel.</summary>
    public IChannel Amqp { get; }

    /// <summary>Opens a channel.</summary>
    /// <exception cref="BrokerException">It was refused or took too long.</exception>
    public static Task<BoundedChannel> OpenAsync(
        IConnection connection, bool confirms, string what, TimeSpan limit, CancellationToken closed, CancellationToken cancellationToken) =>
        Deadline.RunAsync(what, limit, closed, token => OpenAsync(connection, confirms, limit, closed, token), cancellationToken);

    /// <summary>Opens a channel; the caller keeps the deadline.</summary>
    public static async Task<BoundedChannel> OpenAsync(
        IConnection connection, bool confirms, TimeSpan limit, CancellationToken closed, CancellationToken deadline)
    {
        // Tracked confirms cost an object and a dictionary entry per message, and put a header into it: the publishing loops count themselves.
        var options = new CreateChannelOptions(confirms, publisherConfirmationTrackingEnabled: false, consumerDispatchConcurrency: 1);
        var channel = await connection.CreateChannelAsync(options, deadline).ConfigureAwait(false);
        return new BoundedChannel(channel, limit, closed);
    }

    /// <summary>Asks something of the channel.</summary>
    /// <exception cref="BrokerException">It was refused, and the channel is closed; or it took too long, and the channel is not to be used again.</exception>
    public Task<T> RunAsync<T>(string what, Func<IChannel, CancellationToken, Task<T>> operation, CancellationToken cancellationToken) =>
        Deadline.RunAsync(what, _limit, _closed, token => operation(Amqp, token), cancellationToken);

    /// <summary>Closes the channel, or leaves it when that takes too long; never fails.</summary>
    public async Task CloseAsync()
    {
        try
        {
            await Amqp.DisposeAsync().AsTask().WaitAsync(_limit, _closed).ConfigureAwait(false);
        }
        catch (Exception e) when (Refusals.IsEnd(e) || e is TimeoutException)
        {
            // Closed by the broker or with its connection, or stuck: there is nothing left to give back.
        }
    }
}
