using BrokerServe.Protocol.Control;

namespace BrokerServe.Protocol.Tests.Golden;

internal static partial class GoldenCases
{
    private const string GreetToV1 = """{"Traffic":{"v1":1}}""";

    private static GoldenCase[] Control =>
    [
        Entry("control-change", new ControlChange("c-1", [new("endpoint", "greet", 17, GreetToV1), new("backend", "v0", 300, null)])
        {
            Author = "ada@ops", TimeUnixMs = 1_767_225_600_000, Note = "canary",
        }),
        Entry(
            "control-change-of-version-2",
            new ControlChange("c-2", [new("schedule", "nightly", 0, """{"At":"03:00"}""")]),
            written: false),
        Entry("control-fence", new ControlFence("f-1")),
        Entry("control-mark", new ControlMark(70_000)),
        Entry("control-state", new ControlSnapshot(
            70_000,
            8_000_000_000_000_000,
            301,
            [new("backend", "v0", 301, null), new("endpoint", "greet", 301, GreetToV1)],
            [new("c-0", 0), new("c-1", 301)])),
    ];

    private static GoldenCase Entry(string name, ControlEntry meant, bool written = true) =>
        Map(name, "control entry", ControlEntry.TryDecode, written ? entry => entry.Encode() : null, meant);
}
