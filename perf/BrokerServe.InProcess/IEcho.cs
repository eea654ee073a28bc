using BrokerServe.Client;

namespace BrokerServe.InProcess;

/// <summary>Something that a body can be sent through and comes back from.</summary>
internal interface IEcho : IAsyncDisposable
{
    string Name { get; }

    /// <returns>The reply; null from what has no such thing.</returns>
    ValueTask<RawReply?> SendAsync(ReadOnlyMemory<byte> body);
}
