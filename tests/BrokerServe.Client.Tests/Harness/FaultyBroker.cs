using System.Collections.Concurrent;
using BrokerServe.Transport;

namespace BrokerServe.Client.Tests.Harness;

/// <summary>A broker in front of the in-memory one that can go away, lose connections, block, refuse and hold back.</summary>
internal sealed class FaultyBroker(IBroker inner) : IBroker
{
    private readonly Lock _lock = new();
    private readonly List<FaultyConnection> _connections = [];
    private readonly ConcurrentQueue<Action> _held = new();
    private bool _away;

    public string DisplayName => "memory://test";

    public BrokerLimits Limits { get; init; } = new(MaxBodyBytes: 1_000);

    /// <summary>Connecting takes until this has ended.</summary>
    public Task Reachable { get; set; } = Task.CompletedTask;

    /// <summary>Confirms are not passed on while this is set.</summary>
    public bool HoldsConfirms { get; set; }

    /// <summary>Passes on what was held back, and holds nothing any more.</summary>
    public void ReleaseConfirms()
    {
        HoldsConfirms = false;
        while (_held.TryDequeue(out var confirm))
        {
            confirm();
        }
    }

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

        await Reachable;
        var connection = new FaultyConnection(this, await inner.ConnectAsync(connectionName, cancellationToken));
        lock (_lock)
        {
            _connections.Add(connection);
        }

        return connection;
    }

    public ValueTask DisposeAsync() => default;

    internal void Hold(Action confirm) => _held.Enqueue(confirm);

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
