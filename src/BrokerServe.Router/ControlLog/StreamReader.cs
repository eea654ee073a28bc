using System.Threading.Channels;
using BrokerServe.Protocol.Control;
using BrokerServe.Transport;

namespace BrokerServe.Router.ControlLog;

/// <summary>Reads a stream of the control log from a place on, and goes on with what is appended.</summary>
/// <remarks>
/// For one reader at a time. What it holds is bounded by the prefetch, and by what the broker has stored together: an entry that was not taken is
/// not settled. Entries are taken in their order, so one word settles many; a <see cref="BrokerServe.Transport.Supervision.Settler"/> would be
/// too small, because it counts on no more than the prefetch.
/// </remarks>
internal sealed class StreamReader : IDeliveryHandler, IAsyncDisposable
{
    private readonly Channel<(ulong Tag, StreamEntry Entry)> _entries =
        Channel.CreateUnbounded<(ulong, StreamEntry)>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    private readonly IConsumer _consumer;
    private readonly TimeProvider _time;
    private ulong _taken;
    private ulong _settled;

    private StreamReader(IConsumer consumer, TimeProvider time)
    {
        _consumer = consumer;
        _time = time;
    }

    public static async Task<StreamReader> OpenAsync(
        IBrokerConnection connection, string stream, StreamPosition from, TimeProvider time, CancellationToken cancellationToken)
    {
        var options = new ConsumerOptions(stream, ControlStreams.Prefetch) { From = from };
        var reader = new StreamReader(await connection.OpenConsumerAsync(options, cancellationToken).ConfigureAwait(false), time);
        try
        {
            await reader._consumer.StartAsync(reader, cancellationToken).ConfigureAwait(false);
            reader._consumer.Ended.UnsafeRegister(static state => ((StreamReader)state!)._entries.Writer.TryComplete(), reader);
            return reader;
        }
        catch
        {
            await reader.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The next entry, whenever it comes.</summary>
    /// <exception cref="BrokerException">The connection was lost, or the stream was deleted.</exception>
    public ValueTask<StreamEntry> ReadAsync(CancellationToken cancellationToken) => ReadAsync(Timeout.InfiniteTimeSpan, cancellationToken);

    /// <summary>The next entry where there must be one, because a fence that was confirmed has not been read yet.</summary>
    /// <exception cref="BrokerException">The connection was lost, the stream was deleted, or <see cref="ControlStreams.AnswerLimit"/> is over.</exception>
    public ValueTask<StreamEntry> ReadOwedAsync(CancellationToken cancellationToken) => ReadAsync(ControlStreams.AnswerLimit, cancellationToken);

    /// <summary>The next entry, if it is here already.</summary>
    public bool TryRead(out StreamEntry entry)
    {
        var here = _entries.Reader.TryRead(out var next);
        entry = next.Entry;
        _taken = here ? next.Tag : _taken;
        return here;
    }

    public ValueTask DisposeAsync() => _consumer.DisposeAsync();

    void IDeliveryHandler.OnDelivery(in Delivery delivery)
    {
        ControlEntry.TryDecode(delivery.Body, out var entry);
        _entries.Writer.TryWrite((delivery.Tag, new StreamEntry(delivery.Offset, entry, ControlHash.OfEntry(delivery.Body))));
    }

    private async ValueTask<StreamEntry> ReadAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        StreamEntry entry;
        while (!TryRead(out entry))
        {
            await SettleAsync().ConfigureAwait(false);
            if (!await IsComingAsync(limit, cancellationToken).ConfigureAwait(false))
            {
                throw new BrokerException(BrokerFault.Unreachable, $"The reading of '{_consumer.Queue}' ended: the connection was lost, or the stream was deleted.");
            }
        }

        if (_taken - _settled >= ControlStreams.Prefetch / 4)
        {
            await SettleAsync().ConfigureAwait(false); // Before all is taken, so that the broker goes on delivering meanwhile.
        }

        return entry;
    }

    private async ValueTask<bool> IsComingAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            return await _entries.Reader.WaitToReadAsync(cancellationToken).AsTask().WaitAsync(limit, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException late)
        {
            throw new BrokerException(
                BrokerFault.TimedOut, $"The broker delivered nothing of '{_consumer.Queue}' for {limit.TotalSeconds:0} s, though there is more.", late);
        }
    }

    private ValueTask SettleAsync()
    {
        if (_settled == _taken)
        {
            return default;
        }

        _settled = _taken;
        return _consumer.AckAsync(_taken, multiple: true);
    }
}
