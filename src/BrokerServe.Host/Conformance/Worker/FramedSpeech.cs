using System.Buffers;
using BrokerServe.Protocol;
using BrokerServe.Transport;
using MessagePack;

namespace BrokerServe.Host.Conformance.Worker;

/// <summary>The framed dialect: many queries in one message.</summary>
/// <remarks>Written with a library and not with the router's own writer, which cannot write what a later version or a broken router would.</remarks>
internal sealed class FramedSpeech : ISpeech
{
    private const int LaterVersion = 2;

    public IEnumerable<OutboundMessage> Write(KitRouter router, string queue, IReadOnlyList<(ulong Ticket, Query Query)> queries) =>
        [Message(queue, Frame(router, queries))];

    /// <summary>A message with a frame that was written otherwise.</summary>
    public static OutboundMessage Message(string queue, byte[] frame) =>
        new("", queue, Mandatory: true, new MessageProperties { ContentType = ContentTypes.Queries }, frame);

    /// <summary>The bytes of a frame.</summary>
    public static byte[] Frame(KitRouter router, IReadOnlyList<(ulong Ticket, Query Query)> queries)
    {
        var later = queries.Any(asked => asked.Query.IsOfLaterVersion);
        var bytes = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(bytes);
        writer.WriteArrayHeader(later ? 8 : 6);
        writer.Write(later ? LaterVersion : ProtocolVersion.Current);
        writer.Write(router.Incarnation);
        writer.Write(router.Epoch);
        writer.Write(router.Name);
        writer.Write(router.ReplyKey);
        writer.WriteArrayHeader(queries.Count);
        foreach (var (ticket, query) in queries)
        {
            WriteQuery(ref writer, ticket, query);
        }

        if (later)
        {
            WriteUnknown(ref writer);
            writer.Write(true);
        }

        writer.Flush();
        return bytes.WrittenSpan.ToArray();
    }

    private static void WriteQuery(ref MessagePackWriter writer, ulong ticket, Query query)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        writer.WriteArrayHeader(query.IsOfLaterVersion ? 6 : 5);
        writer.Write(ticket);
        writer.Write(query.TimeLeftMs);
        writer.Write(now + (query.DeadlineInMs ?? query.TimeLeftMs));
        writer.Write(1);
        WriteCall(ref writer, ticket, query);
        if (query.IsOfLaterVersion)
        {
            writer.WriteInt64(7);
        }
    }

    private static void WriteCall(ref MessagePackWriter writer, ulong ticket, Query query)
    {
        writer.WriteArrayHeader(query.IsOfLaterVersion ? 10 : 9);
        writer.Write(query.Call.Payload);
        writer.Write(query.Call.Method);
        writer.Write(Trial.Endpoint);
        writer.Write(query.Call.ContentType);
        writer.Write(Trial.MessageIdOf(ticket));
        writer.Write(Trial.AppId);
        writer.Write(query.HasMetadata ? Trial.TraceParent : null);
        writer.WriteNil();
        writer.WriteMapHeader(query.HasMetadata ? Trial.Metadata.Count : 0);
        if (query.HasMetadata)
        {
            foreach (var (name, value) in Trial.Metadata)
            {
                writer.Write(name);
                writer.Write(value);
            }
        }

        if (query.IsOfLaterVersion)
        {
            WriteUnknown(ref writer);
        }
    }

    // An array with a map and a float in it: kinds that nobody who reads version 1 expects.
    private static void WriteUnknown(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(2);
        writer.WriteMapHeader(1);
        writer.Write("a");
        writer.WriteNil();
        writer.Write(1.5);
    }
}
