using BrokerServe.Transport.Tests.Compliance;

namespace BrokerServe.Transport.Tests.RabbitMq;

/// <summary>RabbitMQ and its client library weather the storm.</summary>
public sealed class RabbitMqStormSpecs() : StormSpecs(messages: 10_000)
{
    protected override async ValueTask<IBroker> CreateBrokerAsync() => RabbitMqFact.BrokerAt((await TestBroker.TestBroker.GetAsync()).Uri);

    protected override Task LiveAsync(Random random) => Task.Delay(random.Next(20));
}
