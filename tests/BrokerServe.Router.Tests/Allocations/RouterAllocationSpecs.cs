using BrokerServe.Protocol;
using BrokerServe.Protocol.Frames;
using BrokerServe.Transport;

namespace BrokerServe.Router.Tests.Allocations;

/// <summary>A request goes through the whole router, from delivery to confirmed answer, without an allocation of ours.</summary>
[Collection(nameof(Alone))]
public sealed class RouterAllocationSpecs
{
    private const int Messages = 2_000;
    private const string ReplyTo = "brokerserve.reply.load-1";

    [Theory]
    [InlineData(1)]
    [InlineData(32)]
    [InlineData(64)]
    public async Task Requests_of_a_frame_allocate_nothing_in_the_router(int requests)
    {
        await using var system = await QuietSystem.StartAsync();
        var frame = Frame(requests);
        var properties = new MessageProperties { ContentType = ContentTypes.Requests, ReplyTo = ReplyTo, AppId = "load" };

        Assert.Equal(0, BytesPerRequest(() => system.Send(properties, frame, requests), requests));
    }

    [Fact]
    public async Task What_came_in_one_frame_goes_to_a_replica_in_one_message_and_home_in_one()
    {
        const int Frames = 200;
        await using var system = await QuietSystem.StartAsync();
        var frame = Frame(64);
        var properties = new MessageProperties { ContentType = ContentTypes.Requests, ReplyTo = ReplyTo, AppId = "load" };

        // The least of several looks: a loop that is awake still, behind its last turn, may take the first members of the next frame alone.
        var (queries, answers) = (long.MaxValue, long.MaxValue);
        for (var look = 0; look < 10; look++)
        {
            var before = system.Messages;
            for (var i = 0; i < Frames; i++)
            {
                system.Send(properties, frame, 64);
            }

            queries = Math.Min(queries, system.Messages.Queries - before.Queries);
            answers = Math.Min(answers, system.Messages.Answers - before.Answers);
        }

        Assert.InRange(queries, Frames, Frames * 1.1);
        Assert.InRange(answers, Frames, Frames * 1.1);
    }

    [Fact]
    public async Task A_request_in_a_message_of_its_own_allocates_nothing_in_the_router()
    {
        await using var system = await QuietSystem.StartAsync();
        var body = new byte[64];
        var properties = new MessageProperties
        {
            ContentType = "application/msgpack", CorrelationId = "load-1-17", MessageId = "load-1-17", ReplyTo = ReplyTo, AppId = "load",
            ExpirationMs = 30_000,
            Headers = [new(HeaderNames.Priority, 3), new(HeaderNames.ShardKey, "u42"), new("meta-tenant", "acmé"), new("meta-age", 36), new("other", true)],
        };

        Assert.Equal(0, BytesPerRequest(() => system.Send(properties, body, 1), 1));
    }

    // The least of several looks: what the runtime itself allocates now and then (tiering, the pool's own) is in some and not in others.
    private static long BytesPerRequest(Action send, int requests)
    {
        var least = long.MaxValue;
        for (var look = 0; look < 5; look++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            for (var i = 0; i < Messages; i++)
            {
                send();
            }

            least = Math.Min(least, (GC.GetTotalAllocatedBytes(precise: true) - before) / (Messages * requests));
        }

        return least;
    }

    private static byte[] Frame(int requests)
    {
        var bytes = new byte[64 * 1_024];
        var writer = new RequestFrameWriter(bytes, requests);
        for (var i = 0; i < requests; i++)
        {
            writer.Begin($"load-1-{i}", 30_000, headers: 5);
            writer.WriteHeader(HeaderNames.Priority, 3);
            writer.WriteHeader(HeaderNames.ShardKey, "u42");
            writer.WriteHeader("meta-tenant", "acmé");
            writer.WriteHeader("meta-age", 36);
            writer.WriteHeader("other", true);
            writer.End("__call__", "application/msgpack", $"load-1-{i}", new byte[64]);
        }

        return bytes[..writer.Length];
    }
}
