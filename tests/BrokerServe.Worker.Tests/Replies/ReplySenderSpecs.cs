using System.Text;
using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Protocol.Commands;
using BrokerServe.Protocol.Frames;
using BrokerServe.Transport;
using BrokerServe.Worker.Replies;

namespace BrokerServe.Worker.Tests.Replies;

public sealed class ReplySenderSpecs
{
    private readonly ReplyRoute _a = new() { Key = "a" };
    private readonly ReplyRoute _b = new() { Key = "b" };
    private readonly ReplySender _sender = new(
        new ObjectNames(), new ReplicaAnnouncement(AnnouncementKind.Join, "greet-v1", "replica-1", "queue-1"));

    [Fact]
    public async Task Replies_that_are_ready_together_go_out_in_one_frame_for_each_router()
    {
        Post(_a, 1);
        Post(_b, 2);
        Post(_a, 3);
        Post(_a, 4);
        Assert.Equal(4, _sender.Pending);
        Assert.Equal(["a: 1 3 4", "b: 2"], await SendAsync());
        Assert.Equal(0, _sender.Pending);
    }

    [Fact]
    public async Task A_frame_has_at_most_256_KiB_and_a_larger_reply_goes_alone()
    {
        Post(_a, 1, 100_000);
        Post(_a, 2, 100_000);
        Post(_a, 3, 100_000);
        Post(_a, 4, 1_000_000);
        Post(_a, 5);
        var publisher = new RecordingPublisher();
        Assert.Equal(["a: 1 2", "a: 3", "a: 4", "a: 5"], await SendAsync(publisher));
        Assert.All(publisher.Sizes, (size, index) => Assert.True(index == 2 || size <= FrameLimits.MaxFrameBytes));
    }

    [Fact]
    public async Task A_report_and_a_leave_come_behind_what_was_ready_before_them()
    {
        Post(_a, 1);
        Post(_b, 2);
        _sender.Post(Outgoing.Held(_a, new HeldReport("replica-1", 7, [new Ticket(9)])));
        Post(_a, 3);
        _sender.Post(Outgoing.Announce(AnnouncementKind.Leave, 0));
        Assert.Equal(["a: 1", "b: 2", "a: held 9 of 7", "a: 3", "leave"], await SendAsync());
    }

    [Fact]
    public async Task Replies_go_where_the_router_is_when_they_are_sent()
    {
        Post(_a, 1);
        _a.Key = "a-after-sync";
        Assert.Equal(["a-after-sync: 1"], await SendAsync());
    }

    [Fact]
    public async Task Replies_are_mandatory_and_announcements_are_not()
    {
        Post(_a, 1);
        _sender.Post(Outgoing.Announce(AnnouncementKind.Heartbeat, 1));
        var publisher = new RecordingPublisher();
        await SendAsync(publisher);
        Assert.Equal([true, false], publisher.Mandatory);
    }

    private void Post(ReplyRoute route, ulong ticket, int bytes = 10) =>
        _sender.Post(Outgoing.Reply(route, new Ticket(ticket), ReplyStatus.Ok, "text/plain", new byte[bytes], "__call__"));

    private async Task<List<string>> SendAsync(RecordingPublisher? publisher = null)
    {
        publisher ??= new RecordingPublisher();
        _sender.Complete();
        await _sender.RunAsync(publisher);
        return publisher.Sent;
    }

    private sealed class RecordingPublisher : IPublisher
    {
        public List<string> Sent { get; } = [];

        public List<int> Sizes { get; } = [];

        public List<bool> Mandatory { get; } = [];

        public CancellationToken Closed => CancellationToken.None;

        public ulong NextSequence => 0;

        public ValueTask PublishAsync(in OutboundMessage message)
        {
            Mandatory.Add(message.Mandatory);
            Sizes.Add(message.Body.Length);
            Sent.Add(message.Properties.ContentType switch
            {
                ContentTypes.Replies => $"{message.RoutingKey}: {Tickets(message.Body.Span)}",
                ContentTypes.Held when HeldReport.TryDecode(message.Body.Span, out var report) =>
                    $"{message.RoutingKey}: held {report.Tickets[0].Value} of {report.Incarnation}",
                _ when ReplicaAnnouncement.TryDecode(message.Body.Span, out var said) => said.Kind.ToString().ToLowerInvariant(),
                _ => "?",
            });
            return default;
        }

        public ValueTask DisposeAsync() => default;

        private static string Tickets(ReadOnlySpan<byte> frame)
        {
            Assert.True(ReplyFrameReader.TryOpen(frame, out var replica, out var reader));
            Assert.Equal("replica-1", Encoding.UTF8.GetString(replica));
            var tickets = new List<ulong>();
            while (reader.TryRead(out var reply))
            {
                Assert.Equal("text/plain", Encoding.UTF8.GetString(reply.ContentType));
                tickets.Add(reply.Ticket.Value);
            }

            Assert.Equal(0, reader.Remaining);
            return string.Join(' ', tickets);
        }
    }
}
