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
    private ulong _taken;
    private ulong _settled;

    private StreamReader(IConsumer consumer) => _consumer = consumer;

    public static async Task<StreamReader> OpenAsync(
        IBrokerConnection connection, string stream, StreamPosition from, CancellationToken cancellationToken)
    {
        var options = new ConsumerOptions(stream, ControlStreams.Prefetch) { From = from };
        var reader = new StreamReader(await connection.OpenConsumerAsync(options, cancellationToken).ConfigureAwait(false));
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

    /// <summary>The next entry.</summary>
    /// <exception cref="BrokerException">The connection was lost, or the stream was deleted.</exception>
    public async ValueTask<StreamEntry> ReadAsync(CancellationToken cancellationToken)
    {
        StreamEntry entry;
        while (!TryRead(out entry))
        {
            await SettleAsync().ConfigureAwait(false);
            if (!await _entries.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
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
