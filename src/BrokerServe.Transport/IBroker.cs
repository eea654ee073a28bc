namespace BrokerServe.Transport;

/// <summary>A message broker that can be connected to: RabbitMQ, or the one in this process.</summary>
/// <remarks>Safe for any thread. One per process is enough; connections are what there are several of.</remarks>
public interface IBroker : IAsyncDisposable
{
    /// <summary>The broker's address for people and logs, without user or password.</summary>
    string DisplayName { get; }

    /// <summary>What one message may measure; larger ones are refused before they reach the broker. It may change when a connection is opened,
    /// for only then a broker says what it is: read it when it is needed.</summary>
    BrokerLimits Limits { get; }

    /// <summary>Opens one connection, once. Trying again is the caller's business: see <see cref="Supervision.ConnectionSupervisor"/>.</summary>
    /// <param name="connectionName">What the broker shows to its operators, such as <c>router-7f3a consume</c>.</param>
    /// <param name="cancellationToken">Gives up the attempt.</param>
    /// <returns>An open connection; it belongs to the caller, who disposes it.</returns>
    /// <exception cref="BrokerException">The broker could not be reached or refused the login; the message is one line for people.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired first.</exception>
    ValueTask<IBrokerConnection> ConnectAsync(string connectionName, CancellationToken cancellationToken);
}
