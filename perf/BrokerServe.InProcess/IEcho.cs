namespace BrokerServe.InProcess;

/// <summary>Something that a body can be sent through and comes back from.</summary>
internal interface IEcho : IAsyncDisposable
{
    string Name { get; }

    ValueTask SendAsync(ReadOnlyMemory<byte> body);
}
