using Microsoft.Extensions.Logging;

namespace BrokerServe.Transport.Supervision;

/// <summary>Keeps one connection alive: connects, runs a session on it, and when that ends connects again, with back-off.</summary>
public sealed class ConnectionSupervisor
{
    /// <summary>Makes a supervisor; <see cref="RunAsync"/> starts it.</summary>
    public ConnectionSupervisor(
        IBroker broker, string connectionName, ReconnectOptions options, TimeProvider time, ILogger logger) =>
        throw new NotImplementedException();

    /// <summary>Runs sessions until <paramref name="stopping"/>.</summary>
    /// <param name="session">
    /// Sets up and works on one connection, and returns when the work is over: because the connection closed, or, after draining,
    /// because <paramref name="stopping"/> fired. A <see cref="BrokerException"/> from it ends the session and is logged.
    /// </param>
    /// <param name="stopping">Ends the loop; a running session is awaited, so that it can drain.</param>
    public Task RunAsync(Func<ConnectionSession, Task> session, CancellationToken stopping) => throw new NotImplementedException();
}
