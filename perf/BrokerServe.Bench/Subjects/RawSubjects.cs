namespace BrokerServe.Bench.Subjects;

/// <summary>RabbitMQ.Client alone, one request in a message: what others can be measured by.</summary>
internal static class RawSubjects
{
    /// <summary>Four workers in one process, each with limit 256.</summary>
    public static IReadOnlyList<string> Workers { get; } = ["--workers", "4", "--limit", "256"];

    public static Subject Hop { get; } = new(
        SubjectCatalog.Hop, "raw, one hop", 1, _ => [], site => Spec(site, Role.Load, "load", "hop", LoadShape.FromInput));

    public static Subject Rpc { get; } = new(
        SubjectCatalog.Rpc,
        "raw, direct RPC",
        2,
        site => [Spec(site, Role.Workers, "worker", "rpc", Workers)],
        site => Spec(site, Role.Load, "load", "rpc", LoadShape.FromInput));

    public static Subject Relay(bool joinWrites)
    {
        // A name of its own, so that both can be up at a time.
        IReadOnlyList<string> more = joinWrites ? ["--join-writes", "--name", "rawjoined"] : [];
        return new(
            joinWrites ? SubjectCatalog.RelayJoined : SubjectCatalog.Relay,
            joinWrites ? "raw relay, joined writes" : "raw relay",
            4,
            site => [Spec(site, Role.Middle, "relay", "relay", more), Spec(site, Role.Workers, "worker", "relay", [.. Workers, .. more])],
            site => Spec(site, Role.Load, "load", "relay", [.. LoadShape.FromInput, .. more]));
    }

    /// <summary>A role of rawrelay.</summary>
    public static ProcessSpec Spec(Site site, Role role, string word, string route, IEnumerable<string> more)
    {
        string[] arguments =
        [
            word, "--broker", site.BrokerUri, "--route", route, "--queue", site.Queue, .. site.Safe ? ["--safe"] : Array.Empty<string>(), .. more,
        ];
        var name = $"raw-{route}-{word}{(arguments.Contains("--join-writes") ? "-joined" : "")}";
        return new ProcessSpec(name, role, site.Binaries.RawRelay, arguments);
    }
}
