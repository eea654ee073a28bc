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
        ServeSubjects.Plain,
        ServeSubjects.PlainFramed,
        ServeSubjects.Coalesced(new ServeShape()),
    ];

    /// <summary>Those that are one process without a broker.</summary>
    public static IReadOnlyList<Subject> InMemory { get; } = [MemorySubjects.Channel, MemorySubjects.Serve];

    /// <summary>The subject of a key.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public static Subject Of(string key) => OverBroker.Concat(InMemory).FirstOrDefault(subject => subject.Key == key)
        ?? throw new KeyNotFoundException($"There is no subject '{key}'; there are {string.Join(", ", OverBroker.Concat(InMemory).Select(s => s.Key))}.");
}
