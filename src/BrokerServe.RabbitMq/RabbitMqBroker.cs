using BrokerServe.RabbitMq.Connecting;
using BrokerServe.Transport;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace BrokerServe.RabbitMq;

/// <summary>A RabbitMQ node or cluster, 3.10 or later.</summary>
/// <remarks>
/// Both recoveries of RabbitMQ.Client are off: a connection ends once, and a <see cref="Transport.Supervision.ConnectionSupervisor"/> opens
/// the next. Safe for any thread. Connections belong to whoever opened them; disposing the broker does not end them.
/// </remarks>
public sealed class RabbitMqBroker : IBroker
{
    private readonly BrokerDialer _dialer;
    private readonly TimeSpan _limit;
    private readonly ILogger _logger;
    private readonly BrokerLimits? _given;
    private volatile BrokerLimits _limits;

    /// <summary>Names a broker; nothing is connected yet.</summary>
    /// <param name="options">How to reach and to use it; read here, and not again.</param>
    /// <param name="logger">Where log lines go; null for nowhere.</param>
    /// <exception cref="ArgumentException">
    /// The options cannot work; the message names every one of them and what it should be. Certificates are read when the rest is right.
    /// </exception>
    public RabbitMqBroker(RabbitMqOptions options, ILogger<RabbitMqBroker>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        var address = OptionsCheck.Read(options);
        _dialer = OptionsCheck.ReadTls(address, options);
        _limit = options.OperationTimeout;
        _logger = logger ?? NullLogger<RabbitMqBroker>.Instance;
        _given = options.Limits;
        _limits = _given ?? ServerLine.Least;
        DisplayName = address.ToString();
    }

    /// <inheritdoc/>
    public string DisplayName { get; }

    /// <summary>What the server calls its version, such as <c>4.0.5</c>, at the last connection; null before the first, and when it does not say.</summary>
    public string? ServerVersion { get; private set; }

    /// <inheritdoc/>
    /// <remarks>Until the first connection they are what every version takes; from then on, unless the options say them, what the version
    /// of the server takes that was connected to last.</remarks>
    public BrokerLimits Limits => _limits;

    /// <inheritdoc/>
    public async ValueTask<IBrokerConnection> ConnectAsync(string connectionName, CancellationToken cancellationToken)
    {
        var dialed = await _dialer.DialAsync(connectionName, cancellationToken).ConfigureAwait(false);
        var limits = _given ?? ServerLine.LimitsOf(dialed.Amqp.ServerProperties);
        var connection = new RabbitMqConnection(connectionName, dialed, limits, _limit, _logger);
        try
        {
            await connection.GreetAsync(cancellationToken).ConfigureAwait(false);
            _limits = limits;
            ServerVersion = ServerLine.VersionOf(dialed.Amqp.ServerProperties);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => default;
}
