using BrokerServe.Transport;
using RabbitMQ.Client;

namespace BrokerServe.RabbitMq;

/// <summary>One AMQP channel; nothing that is asked of it takes longer than its limit.</summary>
internal sealed class BoundedChannel
{
    private readonly TimeSpan _limit;
    private readonly ConnectionEnd _end;

    private BoundedChannel(IChannel amqp, TimeSpan limit, ConnectionEnd end)
    {
        Amqp = amqp;
        _limit = limit;
        _end = end;
    }

    /// <summary>The library's channel.</summary>
    public IChannel Amqp { get; }

    /// <summary>Opens a channel.</summary>
    /// <exception cref="BrokerException">It was refused or took too long.</exception>
    public static Task<BoundedChannel> OpenAsync(
        IConnection connection, bool confirms, string what, TimeSpan limit, ConnectionEnd end, CancellationToken cancellationToken) =>
        Deadline.RunAsync(what, limit, end, token => OpenAsync(connection, confirms, limit, end, token), cancellationToken);

    /// <summary>Opens a channel; the caller keeps the deadline.</summary>
    public static async Task<BoundedChannel> OpenAsync(
        IConnection connection, bool confirms, TimeSpan limit, ConnectionEnd end, CancellationToken deadline)
    {
        // Tracked confirms cost an object and a dictionary entry per message, and put a header into it: the publishing loops count themselves.
        var options = new CreateChannelOptions(confirms, publisherConfirmationTrackingEnabled: false, consumerDispatchConcurrency: 1);
        var channel = await connection.CreateChannelAsync(options, deadline).ConfigureAwait(false);
        return new BoundedChannel(channel, limit, end);
    }

    /// <summary>Asks something of the channel.</summary>
    /// <exception cref="BrokerException">
    /// It was refused, and the channel is closed; or it took too long, and the channel is not to be used again.
    /// </exception>
    public Task<T> RunAsync<T>(string what, Func<IChannel, CancellationToken, Task<T>> operation, CancellationToken cancellationToken) =>
        Deadline.RunAsync(what, _limit, _end, token => operation(Amqp, token), cancellationToken);

    /// <summary>Closes the channel, or leaves it when that takes too long; never fails.</summary>
    public async Task CloseAsync()
    {
        try
        {
            await Amqp.DisposeAsync().AsTask().WaitAsync(_limit, _end.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (Refusals.IsEnd(e) || e is TimeoutException)
        {
            // Closed by the broker or with its connection, or stuck: there is nothing left to give back.
        }
    }
}
