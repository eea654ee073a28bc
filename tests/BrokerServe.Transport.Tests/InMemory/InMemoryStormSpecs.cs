using BrokerServe.Transport.InMemory;
using BrokerServe.Transport.Tests.Compliance;

namespace BrokerServe.Transport.Tests.InMemory;

/// <summary>The broker in this process weathers the storm, and keeps no byte of it.</summary>
public sealed class InMemoryStormSpecs() : StormSpecs(messages: 30_000)
{
    protected override ValueTask<IBroker> CreateBrokerAsync() =>
        ValueTask.FromResult<IBroker>(new InMemoryBroker(new InMemoryBrokerOptions { MaxBytes = 2 * 1024 * 1024 }));

    protected override async Task LiveAsync(Random random)
    {
        for (var yields = random.Next(50); yields > 0; yields--)
        {
            await Task.Yield();
        }
    }

    protected override void Inspect(IBroker broker) => Assert.Equal(0, ((InMemoryBroker)broker).UsedBytes);
}
