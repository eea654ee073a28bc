using BrokerServe.Protocol.Frames;
using BrokerServe.Protocol.Tests.Golden;

namespace BrokerServe.Protocol.Tests.Codecs;

/// <summary>What happens to every message allocates nothing.</summary>
public sealed class AllocationSpecs
{
    private const int Rounds = 1_000;

    private readonly byte[] _queries = GoldenVectors.Named("query-frame").Bytes;
    private readonly byte[] _replies = GoldenVectors.Named("reply-frame").Bytes;
    private readonly byte[] _block = GoldenVectors.Named("call-full").Bytes;
    private readonly byte[] _room = new byte[4_096];
    private readonly KeyValuePair<string, string>[] _metadata = [new("meta-user", "Zoë"), new("baggage", "k=v")];
    private long _read;

    [Fact]
    public void Reading_a_query_frame_allocates_nothing() => AssertNothing(() =>
    {
        QueryFrameReader.TryOpen(_queries, out _, out var reader);
        while (reader.TryRead(out var query))
        {
            _read += query.Payload.Length + query.MetadataBlock.Length;
        }
    });

    [Fact]
    public void Reading_a_reply_frame_allocates_nothing() => AssertNothing(() =>
    {
        ReplyFrameReader.TryOpen(_replies, out _, out var reader);
        while (reader.TryRead(out var reply))
        {
            _read += reply.Payload.Length;
        }
    });

    [Fact]
    public void Reading_a_frame_that_is_malformed_allocates_nothing() => AssertNothing(() =>
    {
        Decoders.QueryFrame(_queries.AsSpan(0, _queries.Length - 1));
        Decoders.ReplyFrame(_replies.AsSpan(0, _replies.Length - 1));
        Decoders.QueryFrame(_replies);
    });

    [Fact]
    public void Writing_a_query_frame_allocates_nothing() => AssertNothing(() =>
    {
        var header = new QueryFrameHeader { Incarnation = 1, Epoch = 2, Router = "router-1"u8, ReplyKey = "replies"u8 };
        var writer = new QueryFrameWriter(_room, header, 2);
        writer.Write(new Ticket(1), 30_000, 1_767_225_600_000, 1, _block);
        writer.Write(new Ticket(2), 30_000, 1_767_225_600_000, 1, _block);
        _read += writer.Length;
    });

    [Fact]
    public void Writing_a_reply_frame_allocates_nothing() => AssertNothing(() =>
    {
        var writer = new ReplyFrameWriter(_room, "replica-a"u8, 2);
        writer.Write(new ReplyView { Ticket = new Ticket(1), ContentType = "text/plain"u8, Payload = _block });
        writer.Write(new ReplyView { Ticket = new Ticket(2), Status = ReplyStatus.Cancelled });
        _read += writer.Length;
    });

    [Fact]
    public void Encoding_and_decoding_a_call_allocates_nothing() => AssertNothing(() =>
    {
        var call = new Call { Payload = _queries, Method = "sum", Endpoint = "adder", AppId = "shöp", Metadata = _metadata };
        if (call.MaxEncodedBytes <= _room.Length && Call.TryDecode(_room.AsSpan(0, call.Encode(_room)), out var query))
        {
            _read += query.Payload.Length;
        }
    });

    private void AssertNothing(Action act)
    {
        // The first rounds may allocate for the runtime: types are loaded, methods compiled.
        for (var i = 0; i < Rounds; i++)
        {
            act();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Rounds; i++)
        {
            act();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(_read >= 0);
    }
}
