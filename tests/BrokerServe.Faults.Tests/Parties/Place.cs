using BrokerServe.Faults.Tests.Network;

namespace BrokerServe.Faults.Tests.Parties;

/// <summary>A party and the network between it and the broker, which outlives the process: another one may take its place.</summary>
internal sealed class Place(string name, FrameProxy proxy, Func<FrameProxy, Party> start) : IAsyncDisposable
{
    public string Name => name;

    public FrameProxy Proxy => proxy;

    public Party Party { get; private set; } = start(proxy);

    /// <summary>Starts a new process where the last one was.</summary>
    public void Restart() => Party = start(proxy);

    public async ValueTask DisposeAsync()
    {
        await Party.DisposeAsync();
        await proxy.DisposeAsync();
    }
}
