using BrokerServe.Transport;
using BrokerServe.Transport.InMemory;

namespace BrokerServe.Testing.Parts;

/// <summary>The broker as one part of the system has it, so that the part can lose it alone.</summary>
internal sealed class PartBroker(InMemoryBroker broker) : IBroker
{
    private readonly Lock _lock = new();
    private readonly List<IBrokerConnection> _connections = [];
    private bool _isDead;
    private int _usual; // Open connections when the part was last ready.

    public string DisplayName => broker.DisplayName;

    public BrokerLimits Limits => broker.Limits;

    public async ValueTask<IBrokerConnection> ConnectAsync(string connectionName, CancellationToken cancellationToken)
    {
        var connection = await broker.ConnectAsync(connectionName, cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            if (!_isDead)
            {
                _connections.Add(connection);
                return connection;
            }
        }

        connection.Abort();
        throw new BrokerException(BrokerFault.Unreachable, "This part of the test host was killed.");
    }

    /// <summary>It has as many connections as when it was last ready; what it says of itself then is not about those that were lost.</summary>
    public bool IsBack
    {
        get
        {
            lock (_lock)
            {
                return CountOpen() >= _usual;
            }
        }
    }

    /// <summary>The part is ready: so many connections it needs.</summary>
    public void NoteReady()
    {
        lock (_lock)
        {
            _usual = CountOpen();
        }
    }

    /// <summary>Ends the connections that there are, without a good-bye.</summary>
    public void Cut()
    {
        IBrokerConnection[] cut;
        lock (_lock)
        {
            cut = [.. _connections];
        }

        Array.ForEach(cut, static connection => connection.Abort());
    }

    /// <summary>Ends the connections, and refuses others.</summary>
    public void Kill()
    {
        lock (_lock)
        {
            _isDead = true;
        }

        Cut();
    }

    /// <summary>The broker itself is the test host's to dispose.</summary>
    public ValueTask DisposeAsync() => default;

    private int CountOpen()
    {
        _connections.RemoveAll(static connection => connection.Closed.IsCancellationRequested);
        return _connections.Count;
    }
}
