using BrokerServe.Client.Calls;
using BrokerServe.Protocol.Frames;
using BrokerServe.Transport;
using BrokerServe.Transport.Buffers;

namespace BrokerServe.Client.Publishing;

/// <summary>The body of a message of several requests.</summary>
internal static class RequestFrame
{
    /// <summary>No more bytes than this are written for a request.</summary>
    public static int MaxBytesOf(in Request request) => RequestFrameWriter.MaxRequestBytes(
        request.CorrelationId.Length + (request.Method?.Length ?? 0) + (request.ContentType?.Length ?? 0) + request.MessageId.Length,
        request.Headers is { } headers ? headers.EncodedBytes + (headers.Count * RequestFrameWriter.MaxHeaderOverheadBytes) : 0,
        request.Body.Length);

    /// <summary>Writes the requests into rented memory.</summary>
    /// <param name="calls">The calls, all of which were taken.</param>
    /// <param name="nowMs">The client's clock.</param>
    public static PooledBytes Encode(List<PendingCall> calls, long nowMs)
    {
        var bytes = RequestFrameWriter.HeaderBytes;
        foreach (var call in calls)
        {
            bytes += MaxBytesOf(call.Request);
        }

        var buffer = BufferPool.Rent(bytes);
        var writer = new RequestFrameWriter(buffer, calls.Count);
        foreach (var call in calls)
        {
            ref readonly var request = ref call.Request;
            writer.Begin(request.CorrelationId, request.Expires ? request.DeadlineMs - nowMs : null, request.Headers?.Count ?? 0);
            if (request.Headers is { } headers)
            {
                Write(ref writer, headers);
            }

            writer.End(request.Method, request.ContentType, request.MessageId, request.Body.Span);
        }

        return PooledBytes.TakeOver(buffer, writer.Length);
    }

    private static void Write(ref RequestFrameWriter writer, HeaderTable headers)
    {
        foreach (var (name, value) in headers.AsSpan())
        {
            switch (value.Kind)
            {
                case HeaderKind.Integer:
                    writer.WriteHeader(name, value.Integer);
                    break;
                case HeaderKind.Boolean:
                    writer.WriteHeader(name, value.Boolean);
                    break;
                default:
                    writer.WriteHeader(name, value.Text);
                    break;
            }
        }
    }
}
