using BrokerServe.Bench.Planning;
using BrokerServe.Bench.Results;
using BrokerServe.Bench.Statistics;
using BrokerServe.Bench.Subjects;

namespace BrokerServe.Bench.Reporting;

/// <summary>What BrokerServe is to reach, on four workers with limit 256, load, router, workers and broker sharing two cores, with 64 bytes.</summary>
internal static class Goals
{
    private const int Size = 64;

    public static IReadOnlyList<Goal> All { get; } =
    [
        Throughput(Guarantee.AtMostOnce, 256, SubjectCatalog.Coalesced, SubjectCatalog.Relay, 5, 10),
        Throughput(Guarantee.AtMostOnce, 1_024, SubjectCatalog.Coalesced, SubjectCatalog.Relay, 5, 10),
        Throughput(Guarantee.AtLeastOnce, 1_024, SubjectCatalog.Coalesced, SubjectCatalog.Relay, 5, 8),
        .. Four((guarantee, outstanding) => Throughput(guarantee, outstanding, SubjectCatalog.Plain, SubjectCatalog.Relay, 1, 1.3)),
        .. Four((guarantee, outstanding) => Throughput(guarantee, outstanding, SubjectCatalog.PlainFramed, SubjectCatalog.Relay, 1.5, 2)),
        .. Four((guarantee, outstanding) => Throughput(guarantee, outstanding, SubjectCatalog.Coalesced, SubjectCatalog.MassTransit, 8, 20)),
        .. Two(guarantee => Latency(guarantee, "p50 with 1 outstanding", new Cell(Size, 1), found => found.LatencyMs.P50, 1.15, 1)),
        .. Two(guarantee => Latency(
            guarantee, "p99 at half of saturation, each at its own,", new Cell(Size, 1_024, Half: true), found => found.LatencyMs.P99, 1, 0.5)),
        .. Two(guarantee => Value(guarantee, "messages of the broker for a request", found => found.MessagesEach?.Received, 0.6, 0.3)),
        .. Two(guarantee => Value(
            guarantee,
            "bytes that the router's process allocates for a request",
            found => found.BytesEach.GetValueOrDefault(nameof(Role.Middle).ToLowerInvariant()),
            null,
            100)),
        .. Two(OwnTypes),
        .. Two(Memory),
        Dispatcher("dispatcher, time for a request at 1,000 replicas / at 1", "DispatcherBenchmarks", "Life", 1, 1_000),
        Dispatcher("dispatcher, time for a request behind 1,000,000 waiting / behind none", "BacklogBenchmarks", "LifeBehindBacklog", 0, 1_000_000),
    ];

    private static IEnumerable<Goal> Two(Func<Guarantee, Goal> goal) => Enum.GetValues<Guarantee>().Select(goal);

    private static IEnumerable<Goal> Four(Func<Guarantee, int, Goal> goal) =>
        Enum.GetValues<Guarantee>().SelectMany(guarantee => new[] { 256, 1_024 }, goal);

    private static Goal Throughput(Guarantee guarantee, int outstanding, string subject, string other, double bar, double aim) => new(
        $"{Title(subject)}, {Words.Of(guarantee)}, {Words.Number(outstanding)} outstanding / {Title(other)}",
        "x",
        More: true,
        bar,
        aim,
        query => Ratio(query, guarantee, new Cell(Size, outstanding), subject, other, found => found.Throughput));

    private static Goal Latency(Guarantee guarantee, string what, Cell cell, Func<Finding, double> value, double bar, double aim) => new(
        $"{Title(SubjectCatalog.Coalesced)}, {Words.Of(guarantee)}, {what} / {Title(SubjectCatalog.Relay)}",
        "x",
        More: false,
        bar,
        aim,
        query => Ratio(query, guarantee, cell, SubjectCatalog.Coalesced, SubjectCatalog.Relay, value));

    private static Goal Value(Guarantee guarantee, string what, Func<Finding, double?> value, double? bar, double? aim) => new(
        $"{Title(SubjectCatalog.Coalesced)}, {Words.Of(guarantee)}, 1,024 outstanding, {what}",
        "",
        More: false,
        bar,
        aim,
        query => Query.Median(query.In(guarantee, QueueType.Classic, new Cell(Size, 1_024))[SubjectCatalog.Coalesced], value));

    /// <summary>Objects of ours; strings, arrays and what RabbitMQ.Client makes are in the figure of the process alone.</summary>
    /// <remarks>A sample stands for 100 KB, so one of a hundred thousand requests is a byte each: below that nothing is allocated for a request.</remarks>
    private static Goal OwnTypes(Guarantee guarantee) => new(
        $"{Title(SubjectCatalog.Coalesced)}, {Words.Of(guarantee)}, of these bytes those in objects of its own types (samples)",
        "",
        More: false,
        1,
        null,
        query => query.Results.Types.LastOrDefault(types => types.Guarantee == guarantee) is { } found
            ? new MedianInterval(found.OfOurs, found.OfOurs, found.OfOurs, 0, 1)
            : null);

    private static Goal Memory(Guarantee guarantee) => new(
        $"in memory, one process, {Words.Of(guarantee)}, 256 outstanding, requests per second",
        "",
        More: true,
        300_000,
        1_000_000,
        query => Query.Median(
            query.In(Parts.Memory, 0, guarantee, QueueType.Classic, new Cell(Size, 256))[SubjectCatalog.Memory], found => found.Throughput));

    private static Goal Dispatcher(string title, string topic, string name, int from, int to) => new(
        title,
        "x",
        More: false,
        2,
        1.2,
        query =>
        {
            var all = query.Results.Ratios.Where(ratio => ratio.Topic == topic && ratio.Name == name).ToDictionary(ratio => ratio.Value);
            return all.TryGetValue(from, out var least) && all.TryGetValue(to, out var most)
                ? new MedianInterval(most.Ratio / least.Ratio, most.Low / least.High, most.High / least.Low, MedianInterval.Wanted, int.MaxValue)
                : null;
        });

    private static MedianInterval? Ratio(
        Query query, Guarantee guarantee, Cell cell, string subject, string other, Func<Finding, double> value)
    {
        var runs = query.In(guarantee, QueueType.Classic, cell);
        return Query.Ratio(runs[subject], runs[other], value);
    }

    private static string Title(string subject) => SubjectCatalog.Of(subject).Title;
}
