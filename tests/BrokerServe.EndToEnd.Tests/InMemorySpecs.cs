using BrokerServe.Transport;
using BrokerServe.Transport.InMemory;

namespace BrokerServe.EndToEnd.Tests;

/// <summary>Calls in one process.</summary>
public sealed class InMemoryCallSpecs : CallSpecs
{
    protected override Task<Func<IBroker>> GetBrokerAsync() => InMemory.GetAsync();
}

/// <summary>Whole systems in one process.</summary>
public sealed class InMemorySystemSpecs : SystemSpecs
{
    protected override Task<Func<IBroker>> GetBrokerAsync() => InMemory.GetAsync();
}

/// <summary>Changing configurations in one process.</summary>
public sealed class InMemoryLiveConfigSpecs : LiveConfigSpecs
{
    protected override Task<Func<IBroker>> GetBrokerAsync() => InMemory.GetAsync();
}

/// <summary>Requests that travel together, in one process.</summary>
public sealed class InMemoryFrameSpecs : FrameSpecs
{
    protected override Task<Func<IBroker>> GetBrokerAsync() => InMemory.GetAsync();
}

/// <summary>Routers that follow the control log, in one process.</summary>
public sealed class InMemoryControlLogSpecs : Control.ControlLogSpecs
{
    protected override Task<Func<IBroker>> GetBrokerAsync() => InMemory.GetAsync();
}

internal static class InMemory
{
    /// <summary>A new broker for each test; all parts of one system share it.</summary>
    public static Task<Func<IBroker>> GetAsync()
    {
        var broker = new InMemoryBroker();
        return Task.FromResult<Func<IBroker>>(() => broker);
    }
}
