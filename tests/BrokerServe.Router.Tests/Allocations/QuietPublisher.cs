using BrokerServe.Protocol;
using BrokerServe.Protocol.Frames;
using BrokerServe.Transport;

namespace BrokerServe.Router.Tests.Allocations;

/// <summary>A channel whose other end answers queries, counts answers, and confirms each message when the next one comes.</summary>
internal sealed class QuietPublisher(QuietBroker broker, IPublisherEvents? confirms) : IPublisher
{
    private static readonly MessageProperties ReplyProperties = new() { ContentType = ContentTypes.Replies };

    private readonly CancellationTokenSource _closed = new();
    private readonly byte[] _replies = new byte[64 * 1_024];
    private ulong _tag;

    public CancellationToken Closed => _closed.Token;

    public ulong NextSequence { get; private set; } = 1;

    public ValueTask PublishAsync(in OutboundMessage message)
    {
        var sequence = NextSequence++;
        switch (message.Properties.ContentType)
        {
            case ContentTypes.Queries:
                broker.Asked();
                Reply(message.Body.Span);
                break;
            case ContentTypes.Answers:
                Assert.True(AnswerFrameReader.TryOpen(message.Body.Span, out var answers), "The answers cannot be read.");
                broker.Answered(answers.Remaining);
                break;
            case var _ when message.Properties.CorrelationId is not null && message.Properties.Type == "ok":
                broker.Answered(1);
                break;
        }

        confirms?.OnConfirmed(sequence, multiple: false);
        return default;
    }

    public ValueTask DisposeAsync()
    {
        _closed.Cancel();
        return default;
    }

    // On the publishing loop's thread, one at a time, as a connection's deliveries come.
    private void Reply(ReadOnlySpan<byte> frame)
    {
        Assert.True(QueryFrameReader.TryOpen(frame, out _, out var queries), "The queries cannot be read.");
        var writer = new ReplyFrameWriter(_replies, "r1"u8, queries.Remaining);
        while (queries.TryRead(out var query))
        {
            writer.Write(new ReplyView { Ticket = query.Ticket, ContentType = "application/msgpack"u8, Payload = query.Payload });
        }

        broker.Replies.OnDelivery(new Delivery(++_tag, false, "brokerserve.replies", "", ReplyProperties, _replies.AsSpan(0, writer.Length)));
    }
}
