namespace BrokerServe.Bench.Subjects;

/// <summary>Client, router and worker in one process on the in-memory broker, and a channel beside it.</summary>
internal static class MemorySubjects
{
    public static Subject Serve { get; } = new(SubjectCatalog.Memory, "BrokerServe in memory", 4, _ => [], site => Spec(site, []));

    public static Subject Channel { get; } = new(SubjectCatalog.Channel, "Channel<T>", 1, _ => [], site => Spec(site, ["--channel"]));

    private static ProcessSpec Spec(Site site, IReadOnlyList<string> more) => new(
        $"inprocess{string.Concat(more)}",
        Role.Load,
        site.Binaries.InProcess,
        ["load", .. site.Safe ? Array.Empty<string>() : ["--at-most-once"], .. LoadShape.FromInput, .. more]);
}
