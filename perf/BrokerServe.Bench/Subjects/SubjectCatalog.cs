namespace BrokerServe.Bench.Subjects;

/// <summary>Everything that is measured, by key.</summary>
internal static class SubjectCatalog
{
    public const string Hop = "hop";
    public const string Rpc = "rpc";
    public const string Relay = "relay";
    public const string RelayJoined = "relay-joined";
    public const string MassTransit = "masstransit";
    public const string Plain = "plain";
    public const string PlainFramed = "plain-framed";
    public const string Coalesced = "coalesced";
    public const string Observed = "observed";
    public const string BeforeSuffix = "-before";
    public const string Memory = "memory";
    public const string Channel = "channel";

    /// <summary>Those that go through RabbitMQ, from the least to the most that happens to a request.</summary>
    public static IReadOnlyList<Subject> OverBroker { get; } =
    [
        RawSubjects.Hop,
        RawSubjects.Rpc,
        RawSubjects.Relay(joinWrites: false),
        RawSubjects.Relay(joinWrites: true),
        PeerSubjects.MassTransit,
        ServeSubjects.Plain(new ServeShape()),
        ServeSubjects.PlainFramed(new ServeShape()),
        ServeSubjects.Coalesced(new ServeShape()),
    ];

    /// <summary>Only where they are asked for: ours with telemetry, and those of another checkout.</summary>
    public static IReadOnlyList<Subject> OnRequest { get; } =
    [
        ServeSubjects.Observed(new ServeShape { Prefix = "observed" }),
        ServeSubjects.Before(ServeSubjects.Plain),
        ServeSubjects.Before(ServeSubjects.PlainFramed),
        ServeSubjects.Before(ServeSubjects.Coalesced),
    ];

    /// <summary>Those that are one process without a broker.</summary>
    public static IReadOnlyList<Subject> InMemory { get; } = [MemorySubjects.Channel, MemorySubjects.Serve];

    /// <summary>Everybody, in the order in which they are shown.</summary>
    public static IReadOnlyList<Subject> All { get; } = [.. OverBroker, .. OnRequest, .. InMemory];

    /// <summary>The subject of a key.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public static Subject Of(string key) => All.FirstOrDefault(subject => subject.Key == key)
        ?? throw new KeyNotFoundException($"There is no subject '{key}'; there are {string.Join(", ", All.Select(s => s.Key))}.");
}
