using BrokerServe.Transport.InMemory;
using BrokerServe.Transport.Tests.Compliance;

namespace BrokerServe.Transport.Tests.InMemory;

/// <summary>The broker in this process, held to what every broker must do.</summary>
public sealed class InMemoryComplianceSpecs : BrokerComplianceSpecs
{
    protected override ValueTask<IBroker> CreateBrokerAsync() => ValueTask.FromResult<IBroker>(new InMemoryBroker());

    protected override ValueTask CutAsync(IBrokerConnection connection)
    {
        Assert.Equal(1, ((InMemoryBroker)Broker).Cut(name => name == connection.Name));
        return ValueTask.CompletedTask;
    }
}
