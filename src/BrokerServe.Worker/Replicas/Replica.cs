using System.Security.Cryptography;
using BrokerServe.Transport;
using BrokerServe.Transport.Supervision;
using Microsoft.Extensions.Logging;

namespace BrokerServe.Worker.Replicas;

/// <summary>One replica of the worker through all its lives: each has new connections, a new id and a new queue.</summary>
/// <remarks>
/// It has two connections of its own and shares neither with other replicas of the process: to the routers it is what another process
/// would be, and what happens to one replica's connection is nothing to the others. Two cost a broker about 200 KB.
/// </remarks>
internal sealed class Replica(
    WorkerModel model, IBroker broker, ReplicaMailbox mailbox, ReplicaLoop loop, Func<string, ReplicaSession> newSession, TimeProvider time,
    ILogger logger)
{
    public ReplicaLoop Loop => loop;

    /// <summary>Lives until <paramref name="draining"/>, then drains.</summary>
    /// <param name="draining">The worker stops; what is held is finished within the grace period.</param>
    /// <param name="cutShort">Nobody waits for the grace period any more.</param>
    public async Task RunAsync(CancellationToken draining, CancellationToken cutShort)
    {
        var turns = loop.RunAsync();
        var supervisor = new ConnectionSupervisor(
            broker, $"worker {model.Backend} {loop.Place} consume", model.Reconnect, time, logger);
        try
        {
            await supervisor.RunAsync(
                connection => newSession(NewName()).RunAsync(connection.Connection, draining, cutShort), draining).ConfigureAwait(false);
        }
        finally
        {
            mailbox.Complete();
            await turns.ConfigureAwait(false);
        }
    }

    /// <summary>64 random bits: no two replicas ever share an id, whatever machine they are on.</summary>
    private static string NewName() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
}
