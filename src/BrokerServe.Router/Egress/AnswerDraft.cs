using BrokerServe.Protocol.Frames;
using BrokerServe.Router.Dispatch;
using BrokerServe.Transport.Buffers;
using BrokerServe.Transport.Supervision;

namespace BrokerServe.Router.Egress;

/// <summary>Answers for one producer that are to travel in one message, linked through themselves.</summary>
internal sealed class AnswerDraft
{
    private Request? _last;
    private int _bytes;

    /// <summary>Where the answers go.</summary>
    public string ReplyTo { get; private set; } = "";

    /// <summary>What is under way to that producer.</summary>
    public Pipeline Pipeline { get; private set; } = null!;

    /// <summary>The first of them; the others follow by <see cref="Request.FrameNext"/>.</summary>
    public Request? First { get; private set; }

    public int Count { get; private set; }

    /// <summary>No more bytes than this are written for an answer; an error of the router's own has a body that is not there yet.</summary>
    public static int MaxBytesOf(Request request) => AnswerFrameWriter.MaxAnswerBytes(
        (request.AnsweredBy?.Backend.Length ?? 0) + (request.AnsweredBy?.Name.Length ?? 0) + (request.ReplyContentType?.Length ?? 0),
        request.CorrelationId.Length + request.MessageId.Length + request.ReplyPayload.Length);

    /// <summary>Begins with one answer.</summary>
    public void Begin(Request request, int bytes, Pipeline pipeline)
    {
        ReplyTo = request.ReplyTo!;
        Pipeline = pipeline;
        First = _last = request;
        Count = 1;
        _bytes = AnswerFrameWriter.HeaderBytes + bytes;
    }

    /// <summary>Adds an answer; false when there is no room.</summary>
    public bool TryAdd(Request request, int bytes)
    {
        if (_bytes + bytes > FrameLimits.MaxFrameBytes)
        {
            return false;
        }

        _last!.FrameNext = request;
        _last = request;
        Count++;
        _bytes += bytes;
        return true;
    }

    /// <summary>Writes the answers into rented memory.</summary>
    public PooledBytes Encode()
    {
        var buffer = BufferPool.Rent(_bytes);
        var writer = new AnswerFrameWriter(buffer, Count);
        for (var request = First; request is not null; request = request.FrameNext)
        {
            writer.Write(
                request.CorrelationId.Utf8, request.Status, request.Attempts, request.AnsweredBy?.Backend, request.AnsweredBy?.Name,
                request.ReplyContentType, request.MessageId.Utf8, request.ReplyPayload.Span);
        }

        return PooledBytes.TakeOver(buffer, writer.Length);
    }

    /// <summary>Lets go of the answers, which are somebody else's now.</summary>
    public void Clear() => First = _last = null;
}
