using BrokerServe.Protocol;
using BrokerServe.Transport;

namespace BrokerServe.Router.ControlLog;

/// <summary>The two streams of the control log, and the exchange that leads to them: who may publish to it may write to nothing else by it.</summary>
internal static class ControlStreams
{
    /// <summary>Entries that a reader has not looked at yet. Some hundred are on their way before the broker waits for us; 256 KiB at a usual 256 bytes.</summary>
    public const int Prefetch = 1_024;

    /// <summary>How long the broker may take for what it owes: the confirm of an entry, and the next entry on the way to a fence that it has confirmed.
    /// Thrice what it has for any operation by default over RabbitMQ: a stream may have to elect its leader first. Who gives up tries again.</summary>
    public static TimeSpan AnswerLimit { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Declares all three, or checks that they are what they should be. Who reads the log or writes it may be the first.</summary>
    public static async Task DeclareAsync(IBrokerConnection connection, ObjectNames names, CancellationToken cancellationToken)
    {
        await connection.DeclareExchangeAsync(new(names.Control, ExchangeKind.Direct), cancellationToken).ConfigureAwait(false);
        foreach (var stream in new[] { names.Control, names.ControlSnapshots })
        {
            await connection.DeclareQueueAsync(new(stream) { Stream = true, Durable = true }, cancellationToken).ConfigureAwait(false);
            await connection.BindAsync(stream, names.Control, stream, cancellationToken).ConfigureAwait(false);
        }
    }
}
