namespace BrokerServe.Bench.Subjects;

/// <summary>What people use for the same on RabbitMQ.</summary>
internal static class PeerSubjects
{
    public static Subject MassTransit { get; } = new(
        SubjectCatalog.MassTransit,
        "MassTransit request/response",
        2,
        site => [Spec(site, Role.Workers, "worker", [])],
        site => Spec(site, Role.Load, "load", LoadShape.FromInput));

    private static ProcessSpec Spec(Site site, Role role, string word, IEnumerable<string> more) => new(
        $"masstransit-{word}",
        role,
        site.Binaries.MassTransit,
        [word, "--broker", site.BrokerUri, "--queue", site.Queue, .. site.Safe ? ["--safe"] : Array.Empty<string>(), .. more]);
}
