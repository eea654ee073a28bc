using System.Text;
using BrokerServe.Host.Conformance.Reading;
using BrokerServe.Host.Conformance.Stand;
using BrokerServe.Protocol;
using BrokerServe.Protocol.Frames;
using BrokerServe.Transport;

namespace BrokerServe.Host.Conformance.Producer;

/// <summary>Takes the messages at an endpoint's queue apart.</summary>
internal static class ArrivalReader
{
    public static Arrival Read(ReceivedMessage message)
    {
        var properties = message.Properties;

        // A message that has a correlation id is a single request, whatever its content type says.
        return properties.ContentType == ContentTypes.Requests && string.IsNullOrEmpty(properties.CorrelationId)
            ? ReadFrame(message)
            : new Arrival(message, [ReadAlone(message)], null);
    }

    private static ReceivedRequest ReadAlone(ReceivedMessage message)
    {
        var properties = message.Properties;
        return new ReceivedRequest
        {
            CorrelationId = properties.CorrelationId,
            ReplyTo = properties.ReplyTo,
            Method = properties.Type,
            ContentType = properties.ContentType,
            MessageId = properties.MessageId,
            AppId = properties.AppId,
            ExpirationMs = properties.ExpirationMs,
            Headers = properties.Headers is { } headers ? [.. headers] : [],
            HeaderBytes = properties.Headers?.EncodedBytes ?? 0,
            Body = message.Body,
            AtUnixMs = message.AtUnixMs,
        };
    }

    private static Arrival ReadFrame(ReceivedMessage message)
    {
        if (!RequestFrameReader.TryOpen(message.Body, out var reader))
        {
            var fault = PackTree.TryRead(message.Body, out _, out var broken)
                ? $"It is not [version, [request, ...]] with up to {FrameLimits.MaxRequests} requests."
                : broken;
            return new Arrival(message, [], fault);
        }

        var members = new List<ReceivedRequest>();
        while (reader.TryRead(out var view))
        {
            members.Add(ReadMember(message, view));
        }

        var nameless = members.FindIndex(member => string.IsNullOrEmpty(member.CorrelationId));
        return reader.Remaining > 0 ? new Arrival(message, [], $"Member {members.Count + 1} of {members.Count + reader.Remaining} cannot be read.")
            : nameless >= 0 ? new Arrival(message, [], $"Member {nameless + 1} has no correlation id.")
            : members.Count == 0 ? new Arrival(message, [], "It holds no request.")
            : new Arrival(message, members, null);
    }

    private static ReceivedRequest ReadMember(ReceivedMessage message, in RequestView view) => new()
    {
        CorrelationId = TextOf(view.CorrelationId),
        ReplyTo = message.Properties.ReplyTo,
        Method = TextOf(view.Method),
        ContentType = TextOf(view.ContentType),
        MessageId = TextOf(view.MessageId),
        AppId = message.Properties.AppId,
        ExpirationMs = view.ExpirationMs,
        Headers = ReadHeaders(view.Headers),
        HeaderBytes = view.Headers.Length,
        Body = view.Payload.ToArray(),
        IsFramed = true,
        AtUnixMs = message.AtUnixMs,
    };

    private static List<KeyValuePair<string, HeaderValue>> ReadHeaders(ReadOnlySpan<byte> headers)
    {
        var read = new List<KeyValuePair<string, HeaderValue>>();
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
            read.Add(new(Encoding.UTF8.GetString(header.Name), value));
        }

        return read;
    }

    private static string? TextOf(ReadOnlySpan<byte> utf8) => utf8.IsEmpty ? null : Encoding.UTF8.GetString(utf8);
}
