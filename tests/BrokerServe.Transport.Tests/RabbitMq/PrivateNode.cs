namespace BrokerServe.Transport.Tests.RabbitMq;

/// <summary>A node for one class of specifications, which stop it, kill it and raise its alarms.</summary>
public sealed class PrivateNode : IAsyncLifetime
{
    private TestBroker.TestBroker? _broker;

    /// <summary>The node.</summary>
    public TestBroker.TestBroker Broker => _broker ?? throw new InvalidOperationException("The node was not started yet.");

    /// <inheritdoc/>
    public async ValueTask InitializeAsync() => _broker = await TestBroker.TestBroker.StartPrivateAsync();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _broker?.DisposeAsync() ?? default;
}
