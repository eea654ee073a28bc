using BrokerServe.Transport.Supervision;

namespace BrokerServe.Transport.InMemory;

/// <summary>A message broker in this process: bounded, with the semantics of RabbitMQ that BrokerServe relies on, and no durability beyond the process.</summary>
/// <remarks>
/// Direct and fanout exchanges, the default exchange, alternate exchanges; durable, exclusive and quorum queues (all kept in
/// memory alike); prefetch, acks, redelivery in order, expiry, mandatory returns and confirms. For demonstrations, for tests in
/// milliseconds, and for applications that embed everything. Handlers and events run on the thread pool, never on the thread that
/// publishes or settles. The methods beside <see cref="IBroker"/> let tests break it: see <see cref="Cut(Predicate{string}?)"/> and <see cref="Restart"/>.
/// </remarks>
public sealed class InMemoryBroker : IBroker, IMovingPart, IDisposable
{
    private readonly InMemoryBrokerOptions _options;
    private readonly Lock _lock = new();
    private readonly HashSet<Connection> _connections = [];
    private string? _away; // Why nobody can connect; null when everybody can.

    /// <summary>Makes a broker of its own; brokers share nothing.</summary>
    /// <param name="options">What it may hold; null: the defaults.</param>
    /// <param name="time">What expirations are measured by; null: the system's clock.</param>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="InMemoryBrokerOptions.MaxBytes"/> is below 1.</exception>
    public InMemoryBroker(InMemoryBrokerOptions? options = null, TimeProvider? time = null)
    {
        _options = options ?? new InMemoryBrokerOptions();
        Memory = new MemoryBudget(_options.MaxBytes);
        Messages = new MessagePool(Memory);
        Topology = new Topology(time ?? TimeProvider.System);
        Motion = Motion.For(time ?? TimeProvider.System);
    }

    /// <inheritdoc/>
    public string DisplayName => "the in-memory broker";

    /// <inheritdoc/>
    public BrokerLimits Limits => _options.Limits;

    /// <summary>Bytes of messages held now, waiting and unsettled; see <see cref="InMemoryBrokerOptions.MaxBytes"/>.</summary>
    public long UsedBytes => Memory.Used;

    internal MemoryBudget Memory { get; }

    internal MessagePool Messages { get; }

    internal Topology Topology { get; }

    /// <summary>Counts deliveries and events on their way to handlers, and connections that are closing; null on the system's clock.</summary>
    internal Motion? Motion { get; }

    /// <inheritdoc/>
    public ValueTask<IBrokerConnection> ConnectAsync(string connectionName, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (_away is not null)
            {
                throw new BrokerException(BrokerFault.Unreachable, _away);
            }

            var connection = new Connection(this, connectionName);
            _connections.Add(connection);
            return ValueTask.FromResult<IBrokerConnection>(connection);
        }
    }

    /// <summary>Cuts connections, as a broken network does: their unsettled deliveries go back, their exclusive queues are deleted.</summary>
    /// <param name="match">Which, by name; null: all.</param>
    /// <returns>How many were cut.</returns>
    public int Cut(Predicate<string>? match = null) => Cut("The connection was cut.", match);

    /// <summary>Goes away as a broker that is stopped: cuts all connections, and refuses new ones until <see cref="Start"/>.</summary>
    /// <remarks>Exchanges, durable queues and the persistent messages in them stay; everything else is gone.</remarks>
    public void Stop() => Leave("The in-memory broker is stopped.");

    /// <summary>Comes back after <see cref="Stop"/>.</summary>
    public void Start()
    {
        lock (_lock)
        {
            _away = null;
        }
    }

    /// <summary><see cref="Stop"/> and <see cref="Start"/>.</summary>
    public void Restart()
    {
        Stop();
        Start();
    }

    /// <summary>Cuts all connections for good.</summary>
    public void Dispose() => Leave("The in-memory broker was disposed.");

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    string? IMovingPart.FindMotion(ref long moves) =>
        Motion is { } motion && motion.IsMoving(ref moves) ? $"{DisplayName} delivers" : null;

    internal void Forget(Connection connection)
    {
        lock (_lock)
        {
            _connections.Remove(connection);
        }
    }

    private void Leave(string why)
    {
        lock (_lock)
        {
            _away = why;
        }

        Cut(why, match: null);
        Topology.DropTransient();
    }

    private int Cut(string why, Predicate<string>? match)
    {
        Connection[] cut;
        lock (_lock)
        {
            cut = [.. _connections.Where(connection => match is null || match(connection.Name))];
        }

        Array.ForEach(cut, connection => connection.Close(new BrokerException(BrokerFault.Unreachable, why), cut: true));
        return cut.Length;
    }
}
