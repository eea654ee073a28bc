namespace BrokerServe.Host.Conformance.Worker;

/// <summary>What all queries of the kit have in common.</summary>
internal static class Trial
{
    public const string Endpoint = "conformance";
    public const string AppId = "brokerserve-conformance";
    public const string TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    public static IReadOnlyDictionary<string, string> Metadata { get; } =
        new Dictionary<string, string>(StringComparer.Ordinal) { ["meta-user"] = "Zoë 日本語", ["baggage"] = "k=v" };

    public static string MessageIdOf(ulong ticket) => $"message-{ticket}";
}
