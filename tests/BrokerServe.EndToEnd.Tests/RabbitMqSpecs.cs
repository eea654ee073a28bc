using BrokerServe.RabbitMq;
using BrokerServe.Transport;

namespace BrokerServe.EndToEnd.Tests;

/// <summary>Calls over RabbitMQ.</summary>
public sealed class RabbitMqCallSpecs : CallSpecs
{
    protected override Task<Func<IBroker>> GetBrokerAsync() => RabbitMq.GetAsync();
}

/// <summary>Whole systems over RabbitMQ.</summary>
public sealed class RabbitMqSystemSpecs : SystemSpecs
{
    protected override Task<Func<IBroker>> GetBrokerAsync() => RabbitMq.GetAsync();
}

/// <summary>Changing configurations over RabbitMQ.</summary>
public sealed class RabbitMqLiveConfigSpecs : LiveConfigSpecs
{
    protected override Task<Func<IBroker>> GetBrokerAsync() => RabbitMq.GetAsync();
}

/// <summary>Requests that travel together, over RabbitMQ.</summary>
public sealed class RabbitMqFrameSpecs : FrameSpecs
{
    protected override Task<Func<IBroker>> GetBrokerAsync() => RabbitMq.GetAsync();
}

/// <summary>Routers that follow the control log, over RabbitMQ.</summary>
public sealed class RabbitMqControlLogSpecs : Control.ControlLogSpecs
{
    protected override Task<Func<IBroker>> GetBrokerAsync() => RabbitMq.GetAsync();
}

internal static class RabbitMq
{
    /// <summary>The broker of the run; the system's prefix keeps tests apart.</summary>
    public static async Task<Func<IBroker>> GetAsync()
    {
        var broker = await TestBroker.TestBroker.GetAsync();
        return () => new RabbitMqBroker(new RabbitMqOptions { Uri = broker.Uri });
    }
}
