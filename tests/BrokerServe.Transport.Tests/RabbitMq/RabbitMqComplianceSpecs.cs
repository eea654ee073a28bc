using BrokerServe.RabbitMq;
using BrokerServe.TestBroker;
using BrokerServe.Transport.Tests.Compliance;

namespace BrokerServe.Transport.Tests.RabbitMq;

/// <summary>RabbitMQ passes the suite.</summary>
public sealed class RabbitMqComplianceSpecs : BrokerComplianceSpecs
{
    private TcpProxy? _proxy;

    protected override async ValueTask<IBroker> CreateBrokerAsync()
    {
        _proxy = new TcpProxy((await TestBroker.TestBroker.GetAsync()).Uri);
        return new RabbitMqBroker(new RabbitMqOptions { Uri = _proxy.Uri });
    }

    protected override ValueTask CutAsync(IBrokerConnection connection)
    {
        _proxy!.Cut(((RabbitMqConnection)connection).LocalPort);
        return default;
    }
}
