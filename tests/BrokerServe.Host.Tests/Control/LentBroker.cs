using BrokerServe.Transport;
using BrokerServe.Transport.InMemory;

namespace BrokerServe.Host.Tests.Control;

/// <summary>A broker in this process that outlives the command that uses it.</summary>
internal sealed class LentBroker(InMemoryBroker broker) : IBroker
{
    public string DisplayName => broker.DisplayName;

    public BrokerLimits Limits => broker.Limits;

    public ValueTask<IBrokerConnection> ConnectAsync(string connectionName, CancellationToken cancellationToken) =>
        broker.ConnectAsync(connectionName, cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
