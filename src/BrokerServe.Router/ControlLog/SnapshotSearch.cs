using BrokerServe.Protocol;
using BrokerServe.Protocol.Control;
using BrokerServe.Transport;

namespace BrokerServe.Router.ControlLog;

/// <summary>Finds the newest snapshot of the control log.</summary>
internal static class SnapshotSearch
{
    /// <summary>How many entries before the end to look next, when the end has nothing but fences of others; it doubles each time.</summary>
    private const long FirstStep = 256;

    /// <summary>Looks at the end of the stream of snapshots, and further back until there is one, or the beginning.</summary>
    /// <returns>What it came to; <see cref="ControlState.Empty"/> when nobody has written one.</returns>
    public static async Task<ControlState> RunAsync(
        IBrokerConnection connection, ObjectNames names, ControlAppender appender, TimeProvider time, CancellationToken cancellationToken)
    {
        var from = StreamPosition.Last;
        for (var step = FirstStep; ; step *= 2)
        {
            var (snapshot, oldest) = await ReadAsync(connection, names.ControlSnapshots, appender, from, time, cancellationToken).ConfigureAwait(false);
            if (snapshot is not null)
            {
                return ControlState.Of(snapshot);
            }

            if (oldest == 0 || from == StreamPosition.First || (from.Start == StreamStart.Offset && oldest > from.Offset))
            {
                return ControlState.Empty; // That was the beginning.
            }

            from = oldest > step ? StreamPosition.At(oldest - step) : StreamPosition.First;
        }
    }

    /// <summary>Reads from a place to the end as it is now.</summary>
    private static async Task<(ControlSnapshot? Newest, long Oldest)> ReadAsync(
        IBrokerConnection connection,
        string stream,
        ControlAppender appender,
        StreamPosition from,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        await using var reader = await StreamReader.OpenAsync(connection, stream, from, time, cancellationToken).ConfigureAwait(false);
        var fence = new ControlFence(ControlIds.Draw());
        await appender.AppendAsync(stream, fence, cancellationToken).ConfigureAwait(false);
        ControlSnapshot? newest = null;
        long? oldest = null;
        while (true)
        {
            var (offset, entry, _) = await reader.ReadOwedAsync(cancellationToken).ConfigureAwait(false);
            oldest ??= offset;
            newest = entry is ControlSnapshot snapshot && snapshot.Offset >= (newest?.Offset ?? -1) ? snapshot : newest;
            if (entry == fence)
            {
                return (newest, oldest.Value);
            }
        }
    }
}
