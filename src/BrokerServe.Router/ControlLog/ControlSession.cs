using BrokerServe.Protocol;
using BrokerServe.Protocol.Control;
using BrokerServe.Transport;

namespace BrokerServe.Router.ControlLog;

/// <summary>The control log over one connection: read up to its end as it was at the beginning, and then on; and written to.</summary>
/// <remarks>
/// The walk of the opening: (1) declare, (2) begin with what is known, else with the newest snapshot, (3) append a fence, (4) read on from
/// there up to the fence: what was there when we began is known then. One caller reads; any may append.
/// </remarks>
internal sealed class ControlSession : IAsyncDisposable
{
    private readonly ObjectNames _names;
    private readonly ControlAppender _appender;
    private readonly StreamReader _reader;
    private readonly ControlCursor _cursor;
    private long _snapshotOffset; // Read by who writes snapshots, on another thread.

    private ControlSession(ObjectNames names, ControlAppender appender, StreamReader reader, ControlCursor cursor, long snapshotOffset)
    {
        _names = names;
        _appender = appender;
        _reader = reader;
        _cursor = cursor;
        _snapshotOffset = snapshotOffset;
    }

    /// <summary>What was read so far comes to this.</summary>
    public ControlState State => _cursor.State;

    /// <summary>How far the newest snapshot goes that we know of; -1 when we know of none.</summary>
    public long SnapshotOffset => Volatile.Read(ref _snapshotOffset);

    /// <summary>Opens the log and reads it to the fence.</summary>
    /// <param name="connection">It stays the caller's.</param>
    /// <param name="names">Which system's.</param>
    /// <param name="known">What is known of an earlier session; null: nothing.</param>
    /// <param name="time">For what the broker owes an answer to; see <see cref="ControlStreams.AnswerLimit"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="BrokerException">The connection was lost, or the broker did not answer in time.</exception>
    /// <exception cref="ControlLogBrokenException">The log does not go on where the state ends.</exception>
    public static async Task<ControlSession> OpenAsync(
        IBrokerConnection connection, ObjectNames names, ControlState? known, TimeProvider time, CancellationToken cancellationToken)
    {
        // Step 1.
        await ControlStreams.DeclareAsync(connection, names, cancellationToken).ConfigureAwait(false);
        var appender = await ControlAppender.OpenAsync(connection, names, time, cancellationToken).ConfigureAwait(false);
        StreamReader? reader = null;
        try
        {
            // Step 2.
            var state = known ?? await SnapshotSearch.RunAsync(connection, names, appender, time, cancellationToken).ConfigureAwait(false);
            var cursor = new ControlCursor(state);

            // Step 3. Where the log ends before what is known, a reader that begins there would wait for ever.
            var fence = new ControlFence(ControlIds.Draw());
            if (state.Offset < 0)
            {
                await appender.AppendAsync(names.Control, fence, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                cursor.CheckEnd(await AppendAndFindAsync(connection, names, appender, fence, time, cancellationToken).ConfigureAwait(false));
            }

            // Step 4.
            reader = await StreamReader.OpenAsync(connection, names.Control, cursor.From, time, cancellationToken).ConfigureAwait(false);
            var session = new ControlSession(names, appender, reader, cursor, known is null ? state.Offset : -1);
            await session.ReadToAsync(fence, cancellationToken).ConfigureAwait(false);
            return session;
        }
        catch
        {
            await (reader?.DisposeAsync() ?? default).ConfigureAwait(false);
            await appender.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Reads the next entry, and tells what became of it when it is a change.</summary>
    public async ValueTask<ControlOutcome?> ReadAsync(CancellationToken cancellationToken) =>
        Take(await _reader.ReadAsync(cancellationToken).ConfigureAwait(false));

    /// <summary>The same of an entry that is here already; false when there is none.</summary>
    public bool TryRead(out ControlOutcome? outcome)
    {
        var here = _reader.TryRead(out var entry);
        outcome = here ? Take(entry) : null;
        return here;
    }

    /// <summary>Appends a change. It is judged where it is read back.</summary>
    public Task AppendAsync(ControlChange change, CancellationToken cancellationToken) => _appender.AppendAsync(_names.Control, change, cancellationToken);

    /// <summary>Writes a snapshot of a state that was read, and says so in the log.</summary>
    public async Task WriteSnapshotAsync(ControlState state, CancellationToken cancellationToken)
    {
        await _appender.AppendAsync(_names.ControlSnapshots, state.ToSnapshot(), cancellationToken).ConfigureAwait(false);
        await _appender.AppendAsync(_names.Control, new ControlMark(state.Offset), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _reader.DisposeAsync().ConfigureAwait(false);
        await _appender.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Appends a fence and returns where it stands.</summary>
    private static async Task<long> AppendAndFindAsync(
        IBrokerConnection connection,
        ObjectNames names,
        ControlAppender appender,
        ControlFence fence,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        await using var end = await StreamReader.OpenAsync(connection, names.Control, StreamPosition.Last, time, cancellationToken).ConfigureAwait(false);
        await appender.AppendAsync(names.Control, fence, cancellationToken).ConfigureAwait(false);
        StreamEntry next;
        do
        {
            next = await end.ReadOwedAsync(cancellationToken).ConfigureAwait(false);
        }
        while (next.Entry != fence);
        return next.Offset;
    }

    private async Task ReadToAsync(ControlFence fence, CancellationToken cancellationToken)
    {
        StreamEntry next;
        do
        {
            next = await _reader.ReadOwedAsync(cancellationToken).ConfigureAwait(false);
            Take(next);
        }
        while (next.Entry != fence);
    }

    private ControlOutcome? Take(StreamEntry next)
    {
        if (next.Entry is ControlMark mark)
        {
            Volatile.Write(ref _snapshotOffset, Math.Max(SnapshotOffset, mark.Offset));
        }

        return _cursor.Take(next);
    }
}
