using BrokerServe.Protocol.Announcements;
using BrokerServe.Protocol.Commands;
using BrokerServe.Protocol.Control;
using BrokerServe.Protocol.Reports;
using MessagePack;

namespace BrokerServe.Protocol.Tests.Codecs;

/// <summary>Maps of which one value is missing, out of range or of another type. Each test changes one value of a sound map.</summary>
public sealed class MapRangeSpecs
{
    private static readonly Dictionary<string, object?> Replica = new()
    {
        ["kind"] = "join", ["backend"] = "b", ["replica"] = "r", ["queue"] = "q", ["dialect"] = "plain", ["max_concurrent"] = 8,
        ["lease_ms"] = 3_000, ["held"] = 0, ["version"] = 1,
    };

    private static readonly Dictionary<string, object?> Router = new()
    {
        ["kind"] = "join", ["router"] = "r", ["epoch"] = 1, ["reply_key"] = "k", ["lease_ms"] = 3_000, ["version"] = 1,
    };

    private static readonly Dictionary<string, object?> Sync = new()
    {
        ["kind"] = "sync", ["router"] = "r", ["incarnation"] = 1, ["epoch"] = 1, ["reply_key"] = "k",
    };

    private static readonly Dictionary<string, object?> Configure = new()
    {
        ["kind"] = "configure", ["router"] = "r", ["max_concurrent"] = 1, ["max_batch_size"] = 1, ["batch_wait_timeout_ms"] = 0, ["user_config"] = "",
    };

    private static readonly Dictionary<string, object?> Held = new() { ["replica"] = "r", ["incarnation"] = 1, ["tickets"] = Array.Empty<object>() };

    private static readonly Dictionary<string, object?> Report = new()
    {
        ["router"] = "r", ["time_unix_ms"] = 1, ["valid_ms"] = 1,
        ["backends"] = new object[] { new Dictionary<string, object> { ["backend"] = "b", ["queued"] = 1 } },
    };

    private static readonly Dictionary<string, object?> Edit = new() { ["kind"] = "backend", ["name"] = "b", ["base"] = 0, ["value"] = "{}" };

    private static readonly Dictionary<string, object?> Change = new()
    {
        ["kind"] = "change", ["id"] = "c", ["author"] = "a", ["time_unix_ms"] = 1, ["note"] = "", ["edits"] = new object[] { Edit },
    };

    private static readonly Dictionary<string, object?> Snapshot = new()
    {
        ["kind"] = "state", ["offset"] = 0, ["tail"] = 0, ["version"] = 0, ["objects"] = Array.Empty<object>(), ["verdicts"] = Array.Empty<object>(),
    };

    [Theory]
    [InlineData("kind", "nonsense")]
    [InlineData("kind", null)]
    [InlineData("kind", 1)]
    [InlineData("backend", "")]
    [InlineData("backend", ".hidden")]
    [InlineData("backend", "ü")]
    [InlineData("backend", null)]
    [InlineData("replica", "a b")]
    [InlineData("replica", null)]
    [InlineData("queue", "")]
    [InlineData("queue", null)]
    [InlineData("dialect", "latin")]
    [InlineData("dialect", false)]
    [InlineData("max_concurrent", 0)]
    [InlineData("max_concurrent", 10_001)]
    [InlineData("max_concurrent", -1)]
    [InlineData("max_concurrent", 8.0)]
    [InlineData("max_concurrent", "8")]
    [InlineData("lease_ms", 99)]
    [InlineData("lease_ms", 600_001)]
    [InlineData("held", -1)]
    [InlineData("held", 1L << 31)]
    [InlineData("version", 0)]
    public void A_replica_is_not_believed_that_announces(string key, object? value) =>
        Assert.False(ReplicaAnnouncement.TryDecode(With(Replica, key, value), out _));

    [Theory]
    [InlineData("kind", "leave")]
    [InlineData("dialect", null)]
    [InlineData("max_concurrent", 1)]
    [InlineData("max_concurrent", 10_000)]
    [InlineData("max_concurrent", null)]
    [InlineData("lease_ms", 100)]
    [InlineData("lease_ms", 600_000)]
    [InlineData("lease_ms", null)]
    [InlineData("held", int.MaxValue)]
    [InlineData("held", null)]
    [InlineData("version", 99)]
    [InlineData("version", null)]
    [InlineData("colour", "blue")]
    public void A_replica_is_believed_that_announces(string key, object? value) =>
        Assert.True(ReplicaAnnouncement.TryDecode(With(Replica, key, value), out _));

    [Fact]
    public void What_a_replica_does_not_say_has_its_default()
    {
        var said = new Dictionary<string, object?> { ["kind"] = "join", ["backend"] = "b", ["replica"] = "r", ["queue"] = "q" };
        Assert.True(ReplicaAnnouncement.TryDecode(MessagePackSerializer.Serialize(said), out var announcement));
        Assert.Equal(new ReplicaAnnouncement(AnnouncementKind.Join, "b", "r", "q"), announcement);
        Assert.Equal((Dialect.Framed, 8, 3_000), (announcement.Dialect, announcement.MaxConcurrent, announcement.LeaseMs));
        Assert.Equal((0, 1), (announcement.Held, announcement.Version));
    }

    [Theory]
    [InlineData("kind", "draining")]
    [InlineData("kind", null)]
    [InlineData("router", "-r")]
    [InlineData("router", null)]
    [InlineData("epoch", -1)]
    [InlineData("epoch", 1L << 32)]
    [InlineData("epoch", null)]
    [InlineData("reply_key", "")]
    [InlineData("reply_key", null)]
    [InlineData("lease_ms", 0)]
    [InlineData("version", -1)]
    public void A_router_is_not_believed_that_announces(string key, object? value) =>
        Assert.False(RouterAnnouncement.TryDecode(With(Router, key, value), out _));

    [Fact]
    public void A_queue_name_may_have_255_bytes()
    {
        Assert.True(ReplicaAnnouncement.TryDecode(With(Replica, "queue", new string('é', 127) + "x"), out _));
        Assert.False(ReplicaAnnouncement.TryDecode(With(Replica, "queue", new string('é', 128)), out _));
        Assert.True(RouterAnnouncement.TryDecode(With(Router, "reply_key", new string('x', 255)), out _));
        Assert.False(RouterAnnouncement.TryDecode(With(Router, "reply_key", new string('x', 256)), out _));
    }

    [Theory]
    [InlineData("kind", "dance")]
    [InlineData("kind", null)]
    [InlineData("router", null)]
    [InlineData("router", "")]
    [InlineData("incarnation", null)]
    [InlineData("incarnation", -1)]
    [InlineData("incarnation", 1L << 32)]
    [InlineData("epoch", null)]
    [InlineData("reply_key", null)]
    [InlineData("kind", "cancel")]
    public void A_sync_is_not_obeyed_that_says(string key, object? value) => Assert.False(ReplicaCommand.TryDecode(With(Sync, key, value), out _));

    [Theory]
    [InlineData("max_concurrent", 0)]
    [InlineData("max_concurrent", 10_001)]
    [InlineData("max_batch_size", 0)]
    [InlineData("max_batch_size", 10_001)]
    [InlineData("batch_wait_timeout_ms", -1)]
    [InlineData("batch_wait_timeout_ms", 60_001)]
    [InlineData("user_config", 1)]
    public void A_configure_is_not_obeyed_that_says(string key, object? value) =>
        Assert.False(ReplicaCommand.TryDecode(With(Configure, key, value), out _));

    [Fact]
    public void A_configure_that_says_nothing_changes_nothing()
    {
        var said = new Dictionary<string, object?> { ["kind"] = "configure", ["router"] = "r", ["max_concurrent"] = null };
        Assert.True(ReplicaCommand.TryDecode(MessagePackSerializer.Serialize(said), out var command));
        Assert.Equal(new ConfigureCommand("r"), command);
    }

    [Theory]
    [InlineData("replica", null)]
    [InlineData("incarnation", null)]
    [InlineData("tickets", null)]
    [InlineData("tickets", "none")]
    [InlineData("tickets", new object[] { -1 })]
    [InlineData("tickets", new object[] { "1" })]
    public void A_held_report_is_not_believed_that_says(string key, object? value) =>
        Assert.False(HeldReport.TryDecode(With(Held, key, value), out _));

    [Theory]
    [InlineData("router", null)]
    [InlineData("time_unix_ms", -1)]
    [InlineData("time_unix_ms", 253_402_300_800_000)]
    [InlineData("valid_ms", -1)]
    [InlineData("valid_ms", 1L << 31)]
    [InlineData("backends", null)]
    [InlineData("backends", new object[] { 1 })]
    [InlineData("software", 1)]
    [InlineData("started_unix_ms", -1)]
    [InlineData("buffered_bytes", -1)]
    [InlineData("endpoints", new object[] { 1 })]
    [InlineData("work", "none")]
    public void A_queue_length_report_is_not_believed_that_says(string key, object? value) =>
        Assert.False(QueueLengthReport.TryDecode(With(Report, key, value), out _));

    [Theory]
    [InlineData("requests", -1)]
    [InlineData("times", new object[] { 1 })]
    [InlineData("times", new object[] { 1, -1 })]
    [InlineData("errors", new object[] { "overloaded", 1 })]
    public void A_report_is_not_believed_of_an_endpoint_that_says(string key, object value) => Assert.False(QueueLengthReport.TryDecode(
        With(Report, "endpoints", new object[] { new Dictionary<string, object> { ["endpoint"] = "e", [key] = value } }), out _));

    [Theory]
    [InlineData("queries", -1)]
    [InlineData("replies", "many")]
    [InlineData("replicas", new object[] { 1 })]
    public void A_report_is_not_believed_of_work_that_says(string key, object value) => Assert.False(QueueLengthReport.TryDecode(
        With(Report, "work", new object[] { new Dictionary<string, object> { ["backend"] = "b", [key] = value } }), out _));

    [Fact]
    public void What_a_later_version_says_of_replicas_and_times_is_passed_over()
    {
        var work = new Dictionary<string, object>
        {
            ["backend"] = "b", ["times"] = new object[] { 10_000, 3 }, ["later"] = new object[] { 1 },
            ["replicas"] = new object[] { new object[] { "r", 9, 8, 1, 2, 0, "later" } },
        };
        Assert.True(QueueLengthReport.TryDecode(With(Report, "work", new object[] { work }), out var report));
        var read = Assert.Single(report.Work);
        Assert.Equal(new ReplicaWork("r", ReplicaPhase.Unknown, 8, 1, 2, 0), Assert.Single(read.Replicas));
        Assert.Equal(new LatencyCount(LatencyBuckets.Count - 1, 3), Assert.Single(read.Times));
    }

    [Fact]
    public void A_backend_that_says_only_its_name_has_nothing()
    {
        Assert.True(QueueLengthReport.TryDecode(MessagePackSerializer.Serialize(Report), out var report));
        Assert.Equal(new BackendLength("b", 1, 0, 0, 0), Assert.Single(report.Backends));
    }

    [Theory]
    [InlineData("kind", "nonsense")]
    [InlineData("kind", null)]
    [InlineData("id", null)]
    [InlineData("id", "")]
    [InlineData("time_unix_ms", -1)]
    [InlineData("author", 1)]
    [InlineData("note", 1)]
    [InlineData("edits", null)]
    [InlineData("edits", new object[0])]
    [InlineData("edits", new object[] { 1 })]
    public void A_change_counts_for_nothing_that_says(string key, object? value) => Assert.False(ControlEntry.TryDecode(With(Change, key, value), out _));

    [Theory]
    [InlineData("kind", null)]
    [InlineData("kind", "")]
    [InlineData("name", null)]
    [InlineData("name", "a b")]
    [InlineData("base", null)]
    [InlineData("base", -1)]
    [InlineData("base", (1L << 53) + 1)]
    [InlineData("base", 1.0)]
    [InlineData("value", 1)]
    public void A_change_counts_for_nothing_with_an_edit_that_says(string key, object? value) =>
        Assert.False(ControlEntry.TryDecode(With(Change, "edits", new object[] { new Dictionary<string, object?>(Edit) { [key] = value } }), out _));

    [Fact]
    public void A_change_counts_for_nothing_with_two_edits_of_one_object() =>
        Assert.False(ControlEntry.TryDecode(With(Change, "edits", new object[] { Edit, new Dictionary<string, object?>(Edit) { ["base"] = 7 } }), out _));

    [Theory]
    [InlineData("offset", null)]
    [InlineData("offset", -1)]
    [InlineData("tail", null)]
    [InlineData("version", null)]
    [InlineData("objects", null)]
    [InlineData("objects", new object[] { 1 })]
    [InlineData("verdicts", null)]
    [InlineData("verdicts", new object[] { "c" })]
    public void A_snapshot_is_not_believed_that_says(string key, object? value) => Assert.False(ControlEntry.TryDecode(With(Snapshot, key, value), out _));

    private static byte[] With(Dictionary<string, object?> sound, string key, object? value) =>
        MessagePackSerializer.Serialize(new Dictionary<string, object?>(sound) { [key] = value });
}
