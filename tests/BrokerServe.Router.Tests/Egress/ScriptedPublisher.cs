using System.Threading.Channels;
using BrokerServe.Router.Tests.Mailboxes;
using BrokerServe.Transport;

namespace BrokerServe.Router.Tests.Egress;

/// <summary>A channel that keeps what is published for the test to look at.</summary>
internal sealed class ScriptedPublisher : IPublisher
{
    private readonly CancellationTokenSource _closed = new();
    private readonly Channel<OutboundMessage> _published = Channel.CreateUnbounded<OutboundMessage>();
    private IPublisherEvents? _events;

    public CancellationToken Closed => _closed.Token;

    public ulong NextSequence { get; private set; } = 1;

    /// <summary>Why the next message is too large; null when it is not.</summary>
    public string? Refusal { get; set; }

    /// <summary>What the broker says to it.</summary>
    public IPublisherEvents Says => _events!;

    public void Open(IPublisherEvents events) => _events = events;

    public void Close() => _closed.Cancel();

    /// <summary>What is published next, now or soon.</summary>
    public Task<OutboundMessage> NextAsync() => Patience.For(_published.Reader.ReadAsync().AsTask(), "nothing more was published");

    /// <summary>Everything that was published has been looked at.</summary>
    public bool IsSilent => _published.Reader.Count == 0;

    public ValueTask PublishAsync(in OutboundMessage message)
    {
        if (Refusal is { } refusal)
        {
            Refusal = null;
            throw new BrokerException(BrokerFault.TooLarge, refusal);
        }

        NextSequence++;
        _published.Writer.TryWrite(message with { Body = message.Body.ToArray() });
        return default;
    }

    public ValueTask DisposeAsync()
    {
        Close();
        return default;
    }
}
