namespace BrokerServe.Bench.Subjects;

/// <summary>Client, router and worker in one process on the in-memory broker, and a channel beside it.</summary>
internal static class MemorySubjects
{
    public static Subject Serve { get; } = new(SubjectCatalog.Memory, "BrokerServe in memory", 4, _ => [], (site, shape) => Spec(site, shape, []));

    public static Subject Channel { get; } = new(SubjectCatalog.Channel, "Channel<T>", 1, _ => [], (site, shape) => Spec(site, shape, ["--channel"]));

    private static ProcessSpec Spec(Site site, LoadShape shape, IReadOnlyList<string> more) => new(
        "inprocess",
        Role.Load,
        site.Binaries.InProcess,
        ["load", .. site.Safe ? Array.Empty<string>() : ["--at-most-once"], .. shape.Arguments(), .. more]);
}
