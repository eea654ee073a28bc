using System.Buffers;
using BrokerServe.Host.Conformance.Reading;
using BrokerServe.Protocol;
using BrokerServe.Transport;
using MessagePack;

namespace BrokerServe.Host.Conformance.Producer;

/// <summary>Writes answers as routers do, and as later or failing ones might.</summary>
/// <param name="reply">The payload of answers that are well; null: the request's own.</param>
internal sealed class AnswerWriter(byte[]? reply)
{
    private const string Backend = "conformance";
    private const string Replica = "conformance-1";

    /// <summary>In no table, by name and by number.</summary>
    private const string UnknownCode = "tired";
    private const int UnknownStatus = 200;

    private const int LaterVersion = 2;

    private static readonly byte[] Unreadable = [0xc1];
    private static readonly byte[] ErrorBody = new ErrorBody(
        ReplyStatus.HandlerError,
        "The conformance kit lets this call fail.",
        Retryable: false,
        new Dictionary<string, string> { ["type"] = "Conformance" }).Encode();

    private static readonly byte[] UnknownBody =
        PackMap.Of(("code", UnknownCode), ("message", "A code of a later version."), ("since", 7), ("why", new object[] { 1.5, true }));

    /// <summary>An answer in a message of its own.</summary>
    public OutboundMessage Alone(ReceivedRequest request, Ending ending)
    {
        var (code, contentType, body) = ContentOf(request, ending);
        List<KeyValuePair<string, HeaderValue>> headers =
        [
            new(HeaderNames.Backend, Backend),
            new(HeaderNames.Replica, Replica),
            new(HeaderNames.Attempts, 1),
        ];
        if (request.AsksForFrames)
        {
            headers.Add(new(HeaderNames.Frames, true));
        }

        if (ending == Ending.LaterVersion)
        {
            headers.AddRange([new("bs-of-a-later-version", 7), new("bs-flag-of-a-later-version", true), new("x-unknown", "öäü")]);
        }

        var properties = new MessageProperties
        {
            Type = ending == Ending.LaterVersion ? null : code, // Absent is ok, too.
            CorrelationId = request.CorrelationId,
            MessageId = request.MessageId,
            ContentType = contentType,
            Headers = HeaderTable.Create(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(headers)),
        };
        return new OutboundMessage("", request.ReplyTo!, Mandatory: true, properties, body);
    }

    /// <summary>Answers to members of request frames, in one frame.</summary>
    public OutboundMessage Together(string replyTo, IReadOnlyList<(ReceivedRequest Request, Ending Ending)> answers)
    {
        var isLater = answers.Any(answer => answer.Ending == Ending.LaterVersion);
        var bytes = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(bytes);
        writer.WriteArrayHeader(isLater ? 3 : 2);
        writer.Write(isLater ? LaterVersion : ProtocolVersion.Current);
        writer.WriteArrayHeader(answers.Count);
        foreach (var (request, ending) in answers)
        {
            Write(ref writer, request, ending);
        }

        if (isLater)
        {
            writer.WriteMapHeader(0);
        }

        writer.Flush();
        var properties = new MessageProperties { ContentType = ContentTypes.Answers };
        return new OutboundMessage("", replyTo, Mandatory: true, properties, bytes.WrittenMemory.ToArray());
    }

    private void Write(ref MessagePackWriter writer, ReceivedRequest request, Ending ending)
    {
        var (code, contentType, body) = ContentOf(request, ending);
        writer.WriteArrayHeader(ending == Ending.LaterVersion ? 9 : 8);
        writer.Write(request.CorrelationId);
        writer.Write(ReplyStatuses.TryParse(code, out var status) ? (int)status : UnknownStatus);
        writer.Write(1);
        writer.Write(Backend);
        writer.Write(Replica);
        writer.Write(contentType);
        writer.Write(request.MessageId);
        writer.Write(body);
        if (ending == Ending.LaterVersion)
        {
            writer.Write(1.5);
        }
    }

    private (string Code, string? ContentType, byte[] Body) ContentOf(ReceivedRequest request, Ending ending) => ending switch
    {
        Ending.Error => (ReplyStatus.HandlerError.Name(), ContentTypes.Error, ErrorBody),
        Ending.UnknownCode => (UnknownCode, ContentTypes.Error, UnknownBody),
        Ending.UnreadableError => (ReplyStatus.HandlerError.Name(), ContentTypes.Error, Unreadable),
        _ when reply is null => (ReplyStatus.Ok.Name(), request.ContentType, request.Body),
        _ => (ReplyStatus.Ok.Name(), ContentTypes.MessagePack, reply),
    };
}
