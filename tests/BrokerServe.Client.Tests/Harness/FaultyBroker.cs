using BrokerServe.Transport;

namespace BrokerServe.Client.Tests.Harness;

/// <summary>A broker in front of the in-memory one that can go away, lose connections, block, refuse and hold back.</summary>
internal sealed class FaultyBroker(IBroker inner) : IBroker
{
    private readonly Lock _lock = new();
    private readonly List<FaultyConnection> _connections = [];
    private bool _away;

    public string DisplayName => "memory://test";

    public BrokerLimits Limits { get; init; } = new(MaxBodyBytes: 1_000);

    /// <summary>Confirms are not passed on while this is set.</summary>
    public bool HoldsConfirms { get; set; }

    /// <summary>Confirms are turned into refusals while this is set.</summary>
    public bool Refuses { get; set; }

    /// <summary>Connections say that the broker reads nothing of them.</summary>
    public bool IsBlocked { get; set; }

    /// <summary>How often anybody tried to connect.</summary>
    public int Attempts { get; private set; }

    public async ValueTask<IBrokerConnection> ConnectAsync(string connectionName, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            Attempts++;
            if (_away)
            {
                throw new BrokerException(BrokerFault.Unreachable, "The broker at memory://test is away.");
            }
        }

        var connection = new FaultyConnection(this, await inner.ConnectAsync(connectionName, cancellationToken));
        lock (_lock)
        {
            _connections.Add(connection);
        }

        return connection;
    }

    public ValueTask DisposeAsync() => default;

    /// <summary>Refuses new connections and cuts the present ones.</summary>
    public void GoAway()
    {
        lock (_lock)
        {
            _away = true;
        }

        Cut("");
    }

    public void ComeBack()
    {
        lock (_lock)
        {
            _away = false;
        }
    }

    /// <summary>Cuts the connections whose name ends so.</summary>
    public void Cut(string suffix)
    {
        List<FaultyConnection> cut;
        lock (_lock)
        {
            cut = _connections.FindAll(connection => connection.Name.EndsWith(suffix, StringComparison.Ordinal));
            _connections.RemoveAll(cut.Contains);
        }

        foreach (var connection in cut)
        {
            connection.Abort();
        }
    }
}
