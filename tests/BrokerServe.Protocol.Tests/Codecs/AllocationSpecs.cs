using BrokerServe.Protocol.Frames;
using BrokerServe.Protocol.Tests.Golden;

namespace BrokerServe.Protocol.Tests.Codecs;

/// <summary>What happens to every message allocates nothing.</summary>
public sealed class AllocationSpecs
{
    private const int Rounds = 1_000;

    private readonly byte[] _requests = GoldenVectors.Named("request-frame").Bytes;
    private readonly byte[] _answers = GoldenVectors.Named("answer-frame").Bytes;
    private readonly byte[] _queries = GoldenVectors.Named("query-frame").Bytes;
    private readonly byte[] _replies = GoldenVectors.Named("reply-frame").Bytes;
    private readonly byte[] _block = GoldenVectors.Named("call-full").Bytes;
    private readonly byte[] _room = new byte[4_096];
    private readonly MetadataWriter _metadata = new();
    private long _read;

    [Fact]
    public void Reading_a_request_frame_allocates_nothing() => AssertNothing(() =>
    {
        RequestFrameReader.TryOpen(_requests, out var reader);
        while (reader.TryRead(out var request))
        {
            _read += request.Payload.Length;
            var headers = new FrameHeaderReader(request.Headers);
            while (headers.TryRead(out var header))
            {
                _read += header.Text.Length + (header.Number & 1);
            }
        }
    });

    [Fact]
    public void Reading_an_answer_frame_allocates_nothing() => AssertNothing(() =>
    {
        AnswerFrameReader.TryOpen(_answers, out var reader);
        while (reader.TryRead(out var answer))
        {
            _read += answer.Payload.Length;
        }
    });

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
        Decoders.RequestFrame(_requests.AsSpan(0, _requests.Length - 1));
        Decoders.AnswerFrame(_answers.AsSpan(0, _answers.Length - 1));
        Decoders.RequestFrame(_answers);
    });

    [Fact]
    public void Writing_a_request_frame_allocates_nothing() => AssertNothing(() =>
    {
        var writer = new RequestFrameWriter(_room, 2);
        writer.Begin("c-1", 30_000, 3);
        writer.WriteHeader("meta-user", "Zoë");
        writer.WriteHeader("bs-deadline", 1_767_225_600_000);
        writer.WriteHeader("meta-trial", true);
        writer.End("sum", "text/plain", "order-17", _block);
        writer.Begin("c-2", null, 0);
        writer.End(null, null, null, []);
        _read += writer.Length;
    });

    [Fact]
    public void Writing_an_answer_frame_allocates_nothing() => AssertNothing(() =>
    {
        var writer = new AnswerFrameWriter(_room, 2);
        writer.Write("c-1"u8, ReplyStatus.Ok, 1, "greet-v1", "replica-a", "text/plain", "order-17"u8, _block);
        writer.Write("c-2"u8, ReplyStatus.Cancelled, 0, null, null, null, default, []);
        _read += writer.Length;
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
        _metadata.Clear();
        _metadata.Add("meta-user"u8, "Zoë"u8);
        _metadata.Add("meta-age"u8, 36);
        var call = new Call { Payload = _queries, Method = "sum"u8, Endpoint = "adder", AppId = "shöp"u8, Metadata = _metadata.Block() };
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

        // The least of three times: now and then the runtime charges a thread for its own work; what the code allocates it allocates always.
        var least = long.MaxValue;
        for (var time = 0; time < 3 && least > 0; time++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < Rounds; i++)
            {
                act();
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
        Assert.True(_read >= 0);
    }
}
