using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Protocol.Commands;
using BrokerServe.Protocol.Control;
using BrokerServe.Protocol.Frames;
using BrokerServe.Protocol.Pack;
using BrokerServe.Protocol.Reports;
using BrokerServe.Protocol.Tests.Golden;
using MessagePack;
using static BrokerServe.Protocol.Tests.Document.ProtocolDocument;

namespace BrokerServe.Protocol.Tests.Document;

/// <summary>PROTOCOL.md says what the code does.</summary>
public sealed partial class DocumentSpecs
{
    private static readonly ProtocolDocument Page = ProtocolDocument.Instance;

    [Fact]
    public void The_table_of_codes_is_the_enum()
    {
        var said = Page.Table("Error codes", "code")
            .Select(row => (Word(row[0]), (ReplyStatus)Number(row[1]), row[3], row[4]));
        var meant = Enum.GetValues<ReplyStatus>()
            .Select(status => (status.Name(), status, FaultName(status.FaultOf()), status.IsRetryable() ? "yes" : "no"));
        Assert.Equal(meant, said);

        static string FaultName(Fault fault) => fault.ToString().ToLowerInvariant();
    }

    [Fact]
    public void The_table_of_limits_is_the_constants()
    {
        var said = Page.Table("Rules for everybody", "limit").ToDictionary(row => row[0], row => Number(row[1]));
        var meant = new Dictionary<string, long>
        {
            ["name of an endpoint, backend, replica, router"] = Names.MaxLength,
            ["queue name, routing key, text property"] = Names.MaxQueueNameBytes,
            ["entries of metadata in one call"] = MetadataLimits.MaxEntries,
            ["bytes of metadata in one call, names and values"] = MetadataLimits.MaxBytes,
            ["bytes of all headers of one request, as AMQP encodes them"] = MetadataLimits.MaxHeaderBytes,
            ["facts in the detail of an error"] = ErrorBody.MaxDetails,
            ["bytes of a frame with more than one member"] = FrameLimits.MaxFrameBytes,
            ["requests in one frame"] = FrameLimits.MaxRequests,
            ["longest time left in one request frame, times the shortest"] = FrameLimits.MaxDeadlineRatio,
            ["depth of nesting in fields that are passed over"] = PackReader.MaxDepth,
            ["time left, ms"] = TimeLimits.MaxTimeLeftMs,
            ["deadline, unix ms"] = TimeLimits.MaxDeadlineUnixMs,
            ["queries a replica may be sent before it has answered"] = AnnouncementLimits.MaxConcurrent,
            ["the same when it does not say"] = AnnouncementLimits.DefaultConcurrent,
            ["shortest lease, ms"] = AnnouncementLimits.MinLeaseMs,
            ["longest lease, ms"] = AnnouncementLimits.MaxLeaseMs,
            ["lease when it is not said, ms"] = AnnouncementLimits.DefaultLeaseMs,
            ["longest wait for a batch, ms"] = AnnouncementLimits.MaxBatchWaitTimeoutMs,
        };
        Assert.Equal(meant.OrderBy(limit => limit.Key), said.OrderBy(limit => limit.Key));
    }

    [Fact]
    public void Every_object_has_its_row()
    {
        string[] noObjects = [nameof(ObjectNames.Prefix), nameof(ObjectNames.ClientReplyPrefix)];
        var names = new ObjectNames();
        var shared = typeof(ObjectNames).GetProperties().Where(property => !noObjects.Contains(property.Name)).Select(property => (string)property.GetValue(names)!);
        var owned = typeof(ObjectNames).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(method => !method.IsSpecialName)
            .Select(method => Name(names, method));
        Assert.Equal(
            shared.Concat(owned).Order(StringComparer.Ordinal),
            Page.Table("Objects at the broker", "object").Select(row => Word(row[0])).Order(StringComparer.Ordinal));

        static string Name(ObjectNames names, MethodInfo method)
        {
            var arguments = method.GetParameters().Select(object (parameter) => parameter.Name switch
            {
                "epoch" => 4_711L,
                "endpoint" => "NAME",
                "client" => "ID",
                var name => name!.ToUpperInvariant(),
            });
            return ((string)method.Invoke(names, [.. arguments])!).Replace("4711", "EPOCH", StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_content_type_has_its_row() =>
        Assert.Equal(
            Constants(typeof(ContentTypes)).Order(),
            Page.Table("Rules for everybody", "content type").Select(row => Word(row[0])).Order());

    [Fact]
    public void Every_header_is_named_and_every_named_header_exists()
    {
        var said = OurHeader().Matches(Page.Text).Select(match => match.Value).Distinct().Order();
        Assert.Equal(Constants(typeof(HeaderNames)).Where(name => name.StartsWith("bs-", StringComparison.Ordinal)).Order(), said);
        Assert.All(Constants(typeof(HeaderNames)), name => Assert.Contains($"`{name}", Page.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void The_keys_of_every_map_are_those_that_are_written()
    {
        var detail = new Dictionary<string, string> { ["a"] = "b" };
        AssertKeys(Page.Table("Error bodies", "key"), new ErrorBody(ReplyStatus.Internal, "", false, detail).Encode());
        AssertKeys(Page.Table("Announcements", "key"), new ReplicaAnnouncement(AnnouncementKind.Join, "b", "r", "q").Encode());
        AssertKeys(RowsOf("Of a router, to"), new RouterAnnouncement(AnnouncementKind.Join, "r", 1, "k").Encode());
        AssertKeys(Page.Table("Sync and incarnations", "key"), new HeldReport("r", 1, []).Encode());
        AssertKeys(Page.Table("Changes", "key"), new ControlChange("c", [new("backend", "b", 0, null)]).Encode());
        AssertKeys(Page.Table("Fences and marks", "key"), new ControlFence("f").Encode());
        AssertKeys(Page.Table("Fences and marks", "key of a mark"), new ControlMark(1).Encode());
        AssertKeys(Page.Table("Snapshots", "key"), new ControlSnapshot(1, 1, 1, [], []).Encode());
        var report = new QueueLengthReport("r", 1, 1, [])
        {
            Software = "s", StartedUnixMs = 1, BufferedBytes = 1, Endpoints = [new EndpointWork("e")], Work = [new BackendWork("b")],
        };
        AssertKeys(Page.Table("Queue-length reports", "key"), report.Encode());
        AssertKeys(Page.Table("Work in reports", "key of an endpoint"), RowOf(report, "endpoints"));
        AssertKeys(Page.Table("Work in reports", "key of a backend"), RowOf(report, "work"));

        static byte[] RowOf(QueueLengthReport report, string key) => MessagePackSerializer.Serialize(((object[])Read(report.Encode())[key])[0]);

        static string[][] RowsOf(string sentence)
        {
            var start = Array.FindIndex(Page.Lines, line => line.StartsWith(sentence, StringComparison.Ordinal));
            return [.. Page.Lines.Skip(start).SkipWhile(line => !line.StartsWith('|')).Skip(2).TakeWhile(line => line.StartsWith('|'))
                .Select(line => line.Trim('|', ' ').Split('|', StringSplitOptions.TrimEntries))];
        }
    }

    [Fact]
    public void The_keys_of_every_command_are_those_that_are_written()
    {
        ReplicaCommand[] commands =
        [
            new SyncCommand("r", 1, 1, "k"), new FenceCommand("r"), new CancelCommand("r", []),
            new ConfigureCommand("r") { MaxConcurrent = 1, MaxBatchSize = 1, BatchWaitTimeoutMs = 1, UserConfig = "" },
        ];
        var rows = Page.Table("Commands", "key");
        foreach (var command in commands)
        {
            var written = Read(command.Encode());
            var kind = $"`{written["kind"]}`";
            AssertKeys([.. rows.Where(row => row[2] == "all" || row[2] == kind)], command.Encode());
            Assert.Contains(kind, rows[0][3], StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Request and answer frames", 12)]
    [InlineData("Query frames", 18)]
    [InlineData("Reply frames", 7)]
    public void Every_field_of_a_frame_has_its_row(string heading, int fields)
    {
        string[] nested = ["request", "answer", "query", "call", "reply"];
        var section = Page.Lines.SkipWhile(line => line != "### " + heading).Skip(1).TakeWhile(line => !line.StartsWith('#')).ToArray();
        var drawn = section.Where(line => line.Contains(" = [", StringComparison.Ordinal))
            .SelectMany(line => Field().Matches(line[line.IndexOf('[', StringComparison.Ordinal)..])).Select(match => match.Value)
            .Except(nested);
        var rows = section.SkipWhile(line => !line.StartsWith("| field |", StringComparison.Ordinal)).Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(line => Field().Matches(line.Split('|')[1])).Select(match => match.Value);
        Assert.Equal(fields, drawn.Count());
        Assert.Equal(drawn.Order(), rows.Distinct().Order());
    }

    [Fact]
    public void Every_link_leads_somewhere()
    {
        var anchors = Page.Lines.Where(line => line.StartsWith('#'))
            .Select(line => line.TrimStart('#').Trim().ToLowerInvariant().Replace(' ', '-')).ToHashSet();
        Assert.All(Link().Matches(Page.Text), link => Assert.Contains(link.Groups[1].Value, anchors));
    }

    [Fact(DisplayName = "Semantics 20: Shard key: documented hash of its UTF-8 bytes, top 53 bits over 2^53, golden values in PROTOCOL.md")]
    public void The_golden_draws_are_what_the_documented_hash_gives()
    {
        var (_, lines) = Assert.Single(Page.Blocks("shard-draws"));
        Assert.Equal(10, lines.Length);
        foreach (var line in lines)
        {
            var (key, hash, draw) = ReadDraw(line);
            var actual = System.IO.Hashing.XxHash64.HashToUInt64(System.Text.Encoding.UTF8.GetBytes(key));
            Assert.Equal(hash, actual);
            Assert.Equal(draw, (actual >> 11) / (double)(1L << 53));
        }

        static (string Key, ulong Hash, double Draw) ReadDraw(string line)
        {
            var end = line.LastIndexOf('"') + 1;
            var columns = line[end..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return (
                JsonSerializer.Deserialize<string>(line[..end])!,
                ulong.Parse(columns[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture),
                double.Parse(columns[1], CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    public void Every_golden_vector_has_a_test_and_every_test_its_vector() =>
        Assert.Equal(GoldenCases.All.Select(golden => golden.Name), Page.Blocks("golden").Select(block => block.Argument));

    private static void AssertKeys(string[][] rows, byte[] encoded) =>
        Assert.Equal(Read(encoded).Keys.Cast<string>(), rows.Select(row => Word(row[0])));

    private static Dictionary<object, object> Read(byte[] encoded) => MessagePackSerializer.Deserialize<Dictionary<object, object>>(encoded);

    private static IEnumerable<string> Constants(Type type) =>
        type.GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral)
            .Select(field => (string)field.GetRawConstantValue()!);

    [GeneratedRegex("(?<![a-z-])bs-[a-z-]+[a-z]")]
    private static partial Regex OurHeader();

    [GeneratedRegex("[a-z_]+")]
    private static partial Regex Field();

    [GeneratedRegex(@"\]\(#([^)]+)\)")]
    private static partial Regex Link();
}
