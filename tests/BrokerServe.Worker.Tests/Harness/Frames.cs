using System.Text;
using BrokerServe.Protocol;
using BrokerServe.Protocol.Frames;

namespace BrokerServe.Worker.Tests.Harness;

/// <summary>Writes query frames as routers do.</summary>
internal static class Frames
{
    public static byte[] Of(
        string router, uint incarnation, uint epoch, string replyKey, long nowUnixMs, params IReadOnlyList<Query> queries)
    {
        var header = new QueryFrameHeader
        {
            Incarnation = incarnation,
            Epoch = epoch,
            Router = Encoding.UTF8.GetBytes(router),
            ReplyKey = Encoding.UTF8.GetBytes(replyKey),
        };
        var room = QueryFrameWriter.MaxHeaderBytes(header);
        foreach (var query in queries)
        {
            room += QueryFrameWriter.MaxQueryOverheadBytes + CallOf(query).MaxEncodedBytes;
        }

        var frame = new byte[room];
        var writer = new QueryFrameWriter(frame, header, queries.Count);
        foreach (var query in queries)
        {
            var call = CallOf(query);
            var block = new byte[call.MaxEncodedBytes];
            var length = call.Encode(block);
            writer.Write(
                new Ticket(query.Ticket),
                query.TimeLeftMs,
                nowUnixMs + (query.DeadlineInMs ?? query.TimeLeftMs),
                query.Attempt,
                block.AsSpan(0, length));
        }

        return frame[..writer.Length];
    }

    private static Call CallOf(Query query) => new()
    {
        Payload = query.Payload,
        Method = Utf8(query.Method),
        Endpoint = "greet",
        ContentType = Utf8(query.ContentType),
        MessageId = Utf8(query.MessageId),
        AppId = Utf8(query.AppId),
        TraceParent = Utf8(query.TraceParent),
        Metadata = BlockOf(query.Metadata),
    };

    private static byte[] BlockOf(KeyValuePair<string, string>[] metadata)
    {
        var writer = new MetadataWriter();
        foreach (var (name, value) in metadata)
        {
            writer.Add(Utf8(name), Utf8(value));
        }

        return writer.Block().ToArray();
    }

    private static byte[] Utf8(string? text) => Encoding.UTF8.GetBytes(text ?? "");
}
