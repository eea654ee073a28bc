using System.Text;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Protocol.Commands;
using BrokerServe.Protocol.Frames;
using BrokerServe.Protocol.Reports;
using BrokerServe.Protocol.Tests.Codecs;

namespace BrokerServe.Protocol.Tests.Golden;

/// <summary>What every golden vector of PROTOCOL.md means, in its order there.</summary>
internal static partial class GoldenCases
{
    private const string TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    private const string MinimalRow = "6869 '' 'greet' '' '' '' '' '' {}";
    private const string FullRow =
        $"93010203 'sum' 'adder' 'application/msgpack' 'order-17' 'shop' '{TraceParent}' 'vendor=1' {{meta-user=Zoë, baggage=k=v}}";

    private const string HeaderRow = "incarnation 3, epoch 7, router router-1, key brokerserve.router.router-1.replies.7";
    private const string FirstRow = $"13510820356947975 30000 1767225600000 #1 {MinimalRow}";
    private const string SecondRow = $"18446744073709551615 250 1767225570250 #2 {FullRow}";

    private static readonly Ticket First = new(loop: 3, index: 5, generation: 7);
    private static readonly Ticket Last = new(loop: 4095, index: 1_048_575, generation: uint.MaxValue);

    public static GoldenCase[] All { get; } =
    [
        new("call-minimal", Decoded("call"), EncodeMinimal, bytes => AssertCall($"0 0 0 #0 {MinimalRow}", bytes)),
        new("call-full", Decoded("call"), EncodeFull, bytes => AssertCall($"0 0 0 #0 {FullRow}", bytes)),
        new("query-frame", Decoders.QueryFrame, EncodeQueryFrame,
            bytes => Assert.Equal([HeaderRow, FirstRow, SecondRow], FrameRows.OfQueryFrame(bytes))),
        new("query-frame-of-version-2", Decoders.QueryFrame, null,
            bytes => Assert.Equal([HeaderRow, FirstRow], FrameRows.OfQueryFrame(bytes))),
        new("reply-frame", Decoders.ReplyFrame, EncodeReplyFrame, bytes => Assert.Equal(
            [
                "replica-a",
                "13510820356947975 part 0 Ok 'application/msgpack' A568656C6C6F",
                "18446744073709551615 part 0 HandlerError 'application/vnd.brokerserve.error+msgpack' 81A4636F6465AD68616E646C65725F6572726F72",
                "1 part 0 Cancelled '' ",
            ],
            FrameRows.OfReplyFrame(bytes))),
        new("reply-frame-of-version-2", Decoders.ReplyFrame, null, bytes => Assert.Equal(
            ["replica-a", "13510820356947975 part 0 Ok '' ", "18446744073709551615 part 0 HandlerError '' "], FrameRows.OfReplyFrame(bytes))),
        new("request-frame", Decoders.RequestFrame, EncodeRequestFrame,
            bytes => Assert.Equal([BareRequestRow, FullRequestRow], FrameRows.OfRequestFrame(bytes))),
        new("request-frame-of-version-2", Decoders.RequestFrame, null, bytes => Assert.Equal(
            [
                "c-1 - {meta-float=?, meta-big=?, meta-bytes=?, meta-list=?, meta-time=?, meta-user='Zoë', bs-priority=3} '' '' '' 6869",
                "c-2 0 {} '' '' '' ",
            ],
            FrameRows.OfRequestFrame(bytes))),
        new("answer-frame", Decoders.AnswerFrame, EncodeAnswerFrame,
            bytes => Assert.Equal([AnswerRow, ErrorAnswerRow], FrameRows.OfAnswerFrame(bytes))),
        new("answer-frame-of-version-2", Decoders.AnswerFrame, null, bytes => Assert.Equal(
            ["c-1 unknown #0 '' '' '' '' ", "c-2 Ok #3 'b' 'r' '' '' 6869"], FrameRows.OfAnswerFrame(bytes))),
        Map("error-body", "error", ErrorBody.TryDecode, error => error.Encode(), new ErrorBody(
            ReplyStatus.Overloaded, "The backlog is full.", true, new Dictionary<string, string> { ["retry_after_ms"] = "120" })),
        Map("replica-join-framed", "replica announcement", ReplicaAnnouncement.TryDecode, announcement => announcement.Encode(),
            new ReplicaAnnouncement(AnnouncementKind.Join, "greet-v1", "replica-a", "brokerserve.replica.greet-v1.replica-a")),
        Map("replica-draining-plain", "replica announcement", ReplicaAnnouncement.TryDecode, announcement => announcement.Encode(),
            new ReplicaAnnouncement(AnnouncementKind.Draining, "greet-v1", "replica-a", "brokerserve.replica.greet-v1.replica-a")
            {
                Dialect = Dialect.Plain, MaxConcurrent = 1, LeaseMs = 5_000, Held = 1,
            }),
        Map("replica-join-of-version-2", "replica announcement", ReplicaAnnouncement.TryDecode, null,
            new ReplicaAnnouncement(AnnouncementKind.Join, "b", "r", "q") { Version = 2 }),
        Map("router-join", "router announcement", RouterAnnouncement.TryDecode, announcement => announcement.Encode(),
            new RouterAnnouncement(AnnouncementKind.Join, "router-1", 7, "brokerserve.router.router-1.replies.7")),
        Map<ReplicaCommand>("command-sync", "command", ReplicaCommand.TryDecode, command => command.Encode(),
            new SyncCommand("router-1", 4, 8, "brokerserve.router.router-1.replies.8")),
        Map<ReplicaCommand>("command-fence", "command", ReplicaCommand.TryDecode, command => command.Encode(), new FenceCommand("router-1")),
        Map<ReplicaCommand>("command-cancel", "command", ReplicaCommand.TryDecode, command => command.Encode(),
            new CancelCommand("router-1", [First, Last])),
        Map<ReplicaCommand>("command-configure", "command", ReplicaCommand.TryDecode, command => command.Encode(),
            new ConfigureCommand("router-1") { MaxConcurrent = 16, MaxBatchSize = 32, BatchWaitTimeoutMs = 5, UserConfig = """{"model":"small"}""" }),
        Map("held-report", "held report", HeldReport.TryDecode, report => report.Encode(), new HeldReport("replica-a", 4, [Last, new Ticket(1)])),
        Map("queue-length-report", "queue-length report", QueueLengthReport.TryDecode, report => report.Encode(),
            new QueueLengthReport("router-1", 1_767_225_600_000, 3_000, [new("greet-v1", 12, 8, 0, 1), new("greet-v2", 0, 0, 300, 70_000)])),
        Map("queue-length-report-with-work", "queue-length report", QueueLengthReport.TryDecode, report => report.Encode(), ReportWithWork()),
        .. Control,
    ];

    private static QueueLengthReport ReportWithWork() => new("router-1", 1_767_225_600_000, 3_000, [new("greet-v1", 12, 8, 0, 1)])
    {
        Software = "brokerserve/0.1.0",
        StartedUnixMs = 1_767_225_000_000,
        BufferedBytes = 4_096,
        Endpoints =
        [
            new EndpointWork("greet")
            {
                Requests = 1_000,
                Errors = [new("overloaded", 3), new("handler_error", 1)],
                Times = [new(63, 990), new(87, 10)],
                Traffic = [new("greet-v1", 1_000_000)],
                Shadow = [new("greet-v3", 50_000)],
            },
        ],
        Work =
        [
            new BackendWork("greet-v1")
            {
                Queries = 1_001,
                Replies = 997,
                Errors = 1,
                Times = [new(60, 997)],
                Replicas = [new("replica-a", ReplicaPhase.Serving, 8, 8, 900, 1), new("static:rpc_queue", ReplicaPhase.Leaving, 4, 0, 97, 0)],
            },
        ],
    };

    private delegate bool TryDecode<T>(ReadOnlySpan<byte> bytes, out T? value);

    private static GoldenCase Map<T>(string name, string decoder, TryDecode<T> decode, Func<T, byte[]>? encode, T meant)
        where T : class =>
        new(name, Decoded(decoder), encode is null ? null : () => encode(meant), bytes =>
        {
            Assert.True(decode(bytes, out var read), $"{name} cannot be read.");
            Assert.Equal(meant.GetType(), read!.GetType());
            Assert.Equivalent(meant, read, strict: true);
        });

    private static Decoder Decoded(string name) => Decoders.All.Single(decoder => decoder.Name == name).Decode;

    private static void AssertCall(string row, byte[] bytes)
    {
        Assert.True(Call.TryDecode(bytes, out var call), "The call cannot be read.");
        Assert.Equal(row, FrameRows.Of(call));
    }

    private static byte[] EncodeMinimal() => Encode(new Call { Payload = "hi"u8, Endpoint = "greet" });

    private static byte[] EncodeFull() => Encode(new Call
    {
        Payload = [0x93, 1, 2, 3],
        Method = "sum"u8,
        Endpoint = "adder",
        ContentType = "application/msgpack"u8,
        MessageId = "order-17"u8,
        AppId = "shop"u8,
        TraceParent = Encoding.UTF8.GetBytes(TraceParent),
        TraceState = "vendor=1"u8,
        Metadata = Entries.Write(new("meta-user", "Zoë"), new("baggage", "k=v")).Block(),
    });

    private static byte[] Encode(in Call call)
    {
        var bytes = new byte[call.MaxEncodedBytes];
        return bytes[..call.Encode(bytes)];
    }

    private static byte[] EncodeQueryFrame()
    {
        var bytes = new byte[1_024];
        var header = new QueryFrameHeader
        {
            Incarnation = 3, Epoch = 7, Router = "router-1"u8, ReplyKey = "brokerserve.router.router-1.replies.7"u8,
        };
        var writer = new QueryFrameWriter(bytes, header, 2);
        writer.Write(First, 30_000, 1_767_225_600_000, 1, EncodeMinimal());
        writer.Write(Last, 250, 1_767_225_570_250, 2, EncodeFull());
        return bytes[..writer.Length];
    }

    private static byte[] EncodeReplyFrame()
    {
        var bytes = new byte[1_024];
        var writer = new ReplyFrameWriter(bytes, "replica-a"u8, 3);
        writer.Write(new ReplyView { Ticket = First, ContentType = "application/msgpack"u8, Payload = Convert.FromHexString("A568656C6C6F") });
        writer.Write(new ReplyView
        {
            Ticket = Last,
            Status = ReplyStatus.HandlerError,
            ContentType = "application/vnd.brokerserve.error+msgpack"u8,
            Payload = Convert.FromHexString("81A4636F6465AD68616E646C65725F6572726F72"),
        });
        writer.Write(new ReplyView { Ticket = new Ticket(1), Status = ReplyStatus.Cancelled });
        return bytes[..writer.Length];
    }
}
