using BrokerServe.Protocol;
using BrokerServe.Protocol.Control;
using BrokerServe.Transport;

namespace BrokerServe.Router.ControlLog;

/// <summary>Writes changes to the control log, and learns from the log what became of them.</summary>
/// <remarks>
/// For one caller at a time. A lost connection is made again, and a change of which nobody knows whether it was written is written again under its
/// id: it counts once. All that is limited by the caller's token.
/// </remarks>
internal sealed class ControlAuthor(IBroker broker, ObjectNames names, string name, TimeProvider time) : IAsyncDisposable
{
    /// <summary>How long to wait before a broker that was lost is tried again: it takes seconds to come back, and people wait for this.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private IBrokerConnection? _connection;
    private ControlSession? _session;
    private ControlState? _state;

    /// <summary>Reads the log: with a new connection to its end as it is now, later what has come meanwhile, which others may be ahead of.</summary>
    /// <exception cref="BrokerException">The broker cannot be reached; only the first time, afterwards it is tried again.</exception>
    /// <exception cref="ControlLogBrokenException">The log cannot be read.</exception>
    public async Task<ControlState> ReadAsync(CancellationToken cancellationToken)
    {
        var session = await EnsureAsync(isFirst: _state is null, cancellationToken).ConfigureAwait(false);
        while (session.TryRead(out _))
        {
            // What has come meanwhile.
        }

        return _state = session.State;
    }

    /// <summary>Makes a change out of what is there, and writes it; again, when another author was faster at one of its objects.</summary>
    /// <param name="decide">The edits, from the state as it is; none: nothing is to be done.</param>
    /// <param name="draft">Author, note and time of the change; its id and edits are replaced.</param>
    /// <param name="cancellationToken">Gives up; the change may count all the same.</param>
    /// <returns>What became of it; null when nothing was to be done.</returns>
    public async Task<ControlOutcome?> ChangeAsync(
        Func<ControlState, IReadOnlyList<ControlEdit>> decide, ControlChange draft, CancellationToken cancellationToken)
    {
        while (true)
        {
            var edits = decide(await ReadAsync(cancellationToken).ConfigureAwait(false));
            if (edits.Count == 0)
            {
                return null;
            }

            var outcome = await WriteAsync(draft with { Id = ControlIds.Draw(), Edits = edits }, cancellationToken).ConfigureAwait(false);
            if (outcome.Counts)
            {
                return outcome;
            }
        }
    }

    /// <summary>Writes a change and reads it back.</summary>
    /// <exception cref="BrokerException">The change is too large.</exception>
    public async Task<ControlOutcome> WriteAsync(ControlChange change, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var session = await EnsureAsync(isFirst: false, cancellationToken).ConfigureAwait(false);
                if (session.State.VerdictOn(change.Id) is { } verdict)
                {
                    return new ControlOutcome(change, session.State.Offset, verdict.Version); // Written by a session that was lost.
                }

                await session.AppendAsync(change, cancellationToken).ConfigureAwait(false);
                return await ReadBackAsync(session, change.Id, cancellationToken).ConfigureAwait(false);
            }
            catch (BrokerException exception) when (exception.Fault != BrokerFault.TooLarge)
            {
                await LoseAsync().ConfigureAwait(false);
                await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Goes through the history of the log; see <see cref="ControlHistory"/>.</summary>
    public async Task ReadHistoryAsync(Action<ControlState, ControlOutcome?> onStep, CancellationToken cancellationToken)
    {
        await EnsureAsync(isFirst: _state is null, cancellationToken).ConfigureAwait(false);
        await ControlHistory.ReadAsync(_connection!, names, onStep, time, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync() => await LoseAsync().ConfigureAwait(false);

    private async Task<ControlOutcome> ReadBackAsync(ControlSession session, string id, CancellationToken cancellationToken)
    {
        while (true)
        {
            var outcome = await session.ReadAsync(cancellationToken).ConfigureAwait(false);
            _state = session.State;
            if (outcome?.Change.Id == id)
            {
                return outcome;
            }
        }
    }

    private async Task<ControlSession> EnsureAsync(bool isFirst, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                if (_connection is { Closed.IsCancellationRequested: true })
                {
                    await LoseAsync().ConfigureAwait(false);
                }

                _connection ??= await broker.ConnectAsync(name, cancellationToken).ConfigureAwait(false);
                _session ??= await ControlSession.OpenAsync(_connection, names, _state, time, cancellationToken).ConfigureAwait(false);
                _state = _session.State;
                return _session;
            }
            catch (BrokerException) when (!isFirst)
            {
                await LoseAsync().ConfigureAwait(false);
                await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task LoseAsync()
    {
        var (session, connection) = (_session, _connection);
        (_session, _connection) = (null, null);
        if (session is not null)
        {
            await session.DisposeAsync().ConfigureAwait(false);
        }

        if (connection is not null)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }
}
