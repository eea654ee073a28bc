using BrokerServe.Protocol;
using BrokerServe.Protocol.Control;
using BrokerServe.Transport;

namespace BrokerServe.Router.ControlLog;

/// <summary>Goes through all of the control log that is still there, change by change.</summary>
internal static class ControlHistory
{
    /// <summary>Reads to the end as it is now.</summary>
    /// <param name="connection">It stays the caller's.</param>
    /// <param name="names">Which system's.</param>
    /// <param name="onStep">Told what each change came to, and the state after it; first of all of the state that the reading begins with,
    /// without an outcome.</param>
    /// <param name="time">For what the broker owes an answer to; see <see cref="ControlStreams.AnswerLimit"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task ReadAsync(
        IBrokerConnection connection,
        ObjectNames names,
        Action<ControlState, ControlOutcome?> onStep,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        await ControlStreams.DeclareAsync(connection, names, cancellationToken).ConfigureAwait(false);
        await using var appender = await ControlAppender.OpenAsync(connection, names, time, cancellationToken).ConfigureAwait(false);
        await using var reader = await StreamReader.OpenAsync(connection, names.Control, StreamPosition.First, time, cancellationToken).ConfigureAwait(false);
        var fence = new ControlFence(ControlIds.Draw());
        await appender.AppendAsync(names.Control, fence, cancellationToken).ConfigureAwait(false);

        var next = await reader.ReadOwedAsync(cancellationToken).ConfigureAwait(false);
        var state = next.Offset == 0
            ? ControlState.Empty
            : await OldestAsync(connection, names, appender, next.Offset, time, cancellationToken).ConfigureAwait(false);
        onStep(state, null);
        while (true)
        {
            if (next.Offset > state.Offset)
            {
                state = state.Apply(next.Offset, next.Entry, next.Tail, out var outcome);
                if (outcome is not null)
                {
                    onStep(state, outcome);
                }
            }

            if (next.Entry == fence)
            {
                return;
            }

            next = await reader.ReadOwedAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The oldest snapshot after which nothing is missing in a log that was cut.</summary>
    private static async Task<ControlState> OldestAsync(
        IBrokerConnection connection, ObjectNames names, ControlAppender appender, long begin, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var reader = await StreamReader.OpenAsync(
            connection, names.ControlSnapshots, StreamPosition.First, time, cancellationToken).ConfigureAwait(false);
        var fence = new ControlFence(ControlIds.Draw());
        await appender.AppendAsync(names.ControlSnapshots, fence, cancellationToken).ConfigureAwait(false);
        while (true)
        {
            switch ((await reader.ReadOwedAsync(cancellationToken).ConfigureAwait(false)).Entry)
            {
                case ControlSnapshot snapshot when snapshot.Offset >= begin:
                    return ControlState.Of(snapshot);
                case ControlFence met when met == fence:
                    throw new ControlLogBrokenException(
                        $"The control log begins at offset {begin}, and no snapshot goes so far: what it came to cannot be known. "
                        + "Let the policies of its streams keep more.");
            }
        }
    }
}
