using System.Text;
using BrokerServe.Protocol.Frames;
using BrokerServe.Protocol.Tests.Golden;
using CsCheck;

namespace BrokerServe.Protocol.Tests.Codecs;

/// <summary>Whatever is written into a frame is read back as it was, and never takes more room than was said.</summary>
public sealed class FrameRoundTripSpecs
{
    private static readonly Gen<CallParts> Calls =
        Gen.Select(Generators.Payload, Generators.Name, Generators.OptionalText.Array[6], Generators.Metadata)
            .Select((payload, endpoint, texts, metadata) => new CallParts(payload, endpoint, texts, metadata));

    private static readonly Gen<QueryParts> Queries =
        Gen.Select(Generators.Ticket, Gen.Long, Gen.Long, Gen.Int[1, int.MaxValue], Calls)
            .Select((ticket, left, deadline, attempt, call) => new QueryParts(ticket, left, deadline, attempt, call));

    private static readonly Gen<ReplyParts> Replies =
        Gen.Select(Generators.Ticket, Gen.Int[0, int.MaxValue], Gen.Enum<ReplyStatus>(), Generators.ShortText, Generators.Payload)
            .Select((ticket, part, status, type, payload) => new ReplyParts(ticket, part, status, type, payload));

    [Fact]
    public void Queries_come_back_from_their_frame() =>
        Gen.Select(Gen.UInt, Gen.UInt, Generators.Name, Generators.QueueName, Queries.Array[0, 12]).Sample(
            (incarnation, epoch, router, key, queries) =>
            {
                var header = new QueryFrameHeader
                {
                    Incarnation = incarnation, Epoch = epoch, Router = Encoding.UTF8.GetBytes(router), ReplyKey = Encoding.UTF8.GetBytes(key),
                };
                var blocks = queries.Select(query => query.Call.Encode()).ToArray();
                var room = QueryFrameWriter.MaxHeaderBytes(header) + blocks.Sum(block => QueryFrameWriter.MaxQueryOverheadBytes + block.Length);
                var bytes = new byte[room];
                var writer = new QueryFrameWriter(bytes, header, queries.Length);
                for (var i = 0; i < queries.Length; i++)
                {
                    writer.Write(queries[i].Ticket, queries[i].TimeLeftMs, queries[i].DeadlineUnixMs, queries[i].Attempt, blocks[i]);
                }

                Assert.Equal([FrameRows.Of(header), .. queries.Select(query => query.Row)], FrameRows.OfQueryFrame(bytes.AsSpan(0, writer.Length)));
                Assert.True(Decoders.QueryFrame(bytes.AsSpan(0, writer.Length)));
            },
            iter: 200);

    [Fact]
    public void Replies_come_back_from_their_frame() =>
        Gen.Select(Generators.Name, Replies.Array[0, 20]).Sample(
            (replica, replies) =>
            {
                var name = Encoding.UTF8.GetBytes(replica);
                var room = ReplyFrameWriter.MaxHeaderBytes(name) + replies.Sum(
                    reply => ReplyFrameWriter.MaxReplyOverheadBytes + Encoding.UTF8.GetByteCount(reply.ContentType) + reply.Payload.Length);
                var bytes = new byte[room];
                var writer = new ReplyFrameWriter(bytes, name, replies.Length);
                foreach (var reply in replies)
                {
                    writer.Write(reply.View);
                }

                Assert.Equal([replica, .. replies.Select(reply => FrameRows.Of(reply.View))], FrameRows.OfReplyFrame(bytes.AsSpan(0, writer.Length)));
                Assert.True(Decoders.ReplyFrame(bytes.AsSpan(0, writer.Length)));
            },
            iter: 200);

    [Fact]
    public void A_frame_of_nothing_is_a_frame()
    {
        var bytes = new byte[64];
        var queries = new QueryFrameWriter(bytes, new QueryFrameHeader { Router = "r"u8, ReplyKey = "k"u8 }, 0);
        Assert.True(Decoders.QueryFrame(bytes.AsSpan(0, queries.Length)));
        var replies = new ReplyFrameWriter(bytes, "r"u8, 0);
        Assert.True(Decoders.ReplyFrame(bytes.AsSpan(0, replies.Length)));
    }

    [Fact]
    public void A_reader_of_nothing_reads_nothing()
    {
        var queries = default(QueryFrameReader);
        Assert.False(queries.TryRead(out _));
        Assert.Equal(0, queries.Remaining);
        var replies = default(ReplyFrameReader);
        Assert.False(replies.TryRead(out _));
        Assert.Equal(0, replies.Remaining);
    }

    private sealed record CallParts(byte[] Payload, string Endpoint, string?[] Texts, KeyValuePair<string, string>[] Metadata)
    {
        public string Row => $"{Convert.ToHexString(Payload)} '{Texts[0]}' '{Endpoint}' "
            + $"'{Texts[1]}' '{Texts[2]}' '{Texts[3]}' '{Texts[4]}' '{Texts[5]}' {{{string.Join(", ", Metadata.Select(entry => $"{entry.Key}={entry.Value}"))}}}";

        public byte[] Encode()
        {
            var call = new Call
            {
                Payload = Payload, Method = Utf8(0), Endpoint = Endpoint, ContentType = Utf8(1), MessageId = Utf8(2), AppId = Utf8(3),
                TraceParent = Utf8(4), TraceState = Utf8(5), Metadata = Entries.Write(Metadata).Block(),
            };
            var bytes = new byte[call.MaxEncodedBytes];
            return bytes[..call.Encode(bytes)];
        }

        private byte[] Utf8(int text) => Encoding.UTF8.GetBytes(Texts[text] ?? "");
    }

    private sealed record QueryParts(Ticket Ticket, long TimeLeftMs, long DeadlineUnixMs, int Attempt, CallParts Call)
    {
        public string Row => $"{Ticket.Value} {Math.Clamp(TimeLeftMs, 0, TimeLimits.MaxTimeLeftMs)} "
            + $"{Math.Clamp(DeadlineUnixMs, 0, TimeLimits.MaxDeadlineUnixMs)} #{Attempt} {Call.Row}";
    }

    private sealed record ReplyParts(Ticket Ticket, int Part, ReplyStatus Status, string ContentType, byte[] Payload)
    {
        public ReplyView View => new()
        {
            Ticket = Ticket, Part = Part, Status = Status, ContentType = Encoding.UTF8.GetBytes(ContentType), Payload = Payload,
        };
    }
}
