using System.Text;
using BrokerServe.Protocol.Frames;
using BrokerServe.Transport;

namespace BrokerServe.Client.Tests.Harness;

/// <summary>A message that the scripted router took off a queue, or one request of a frame.</summary>
internal sealed record ReceivedMessage(string RoutingKey, MessageProperties Properties, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>The requests of a frame, each as if it had come alone.</summary>
    public static List<ReceivedMessage> OfFrame(in Delivery frame)
    {
        Assert.True(RequestFrameReader.TryOpen(frame.Body, out var reader), "The client has sent a frame that cannot be opened.");
        var members = new List<ReceivedMessage>();
        while (reader.TryRead(out var request))
        {
            var properties = frame.Properties with
            {
                ContentType = TextOf(request.ContentType),
                Type = TextOf(request.Method),
                CorrelationId = TextOf(request.CorrelationId),
                MessageId = TextOf(request.MessageId),
                ExpirationMs = request.ExpirationMs,
                Headers = HeadersOf(request.Headers),
            };
            members.Add(new ReceivedMessage(frame.RoutingKey, properties, request.Payload.ToArray()));
        }

        Assert.Equal(0, reader.Remaining);
        return members;
    }

    private static string? TextOf(ReadOnlySpan<byte> utf8) => utf8.IsEmpty ? null : Encoding.UTF8.GetString(utf8);

    private static HeaderTable? HeadersOf(ReadOnlySpan<byte> headers)
    {
        var entries = new List<KeyValuePair<string, HeaderValue>>();
        var reader = new FrameHeaderReader(headers);
        while (reader.TryRead(out var header))
        {
            HeaderValue value = header.Kind switch
            {
                FrameHeaderKind.Text => Encoding.UTF8.GetString(header.Text),
                FrameHeaderKind.Integer => header.Number,
                FrameHeaderKind.Boolean => header.Number != 0,
                _ => HeaderValue.Unsupported,
            };
            entries.Add(new(Encoding.UTF8.GetString(header.Name), value));
        }

        return entries.Count == 0 ? null : [.. entries];
    }
}
