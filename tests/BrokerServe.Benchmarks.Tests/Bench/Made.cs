using BrokerServe.Bench.Planning;
using BrokerServe.Bench.Results;
using BrokerServe.LoadGenerator;

namespace BrokerServe.Benchmarks.Tests.Bench;

/// <summary>Results that nobody measured.</summary>
internal static class Made
{
    public static readonly Machine Machine = new(new DateOnly(2026, 11, 28), 2, "Z80", "Linux", ".NET 10.0.0", "RabbitMQ 3.10.8");

    public static ResultSet Results(params IEnumerable<RunRecord> runs) =>
        new() { Machine = Machine, Command = "perf/run.sh", Seconds = 3, FirstRunSeconds = 15, WarmUpSeconds = 2, Runs = [.. runs] };

    /// <summary>Runs of one subject in one cell, at least once, one for each throughput.</summary>
    public static IEnumerable<RunRecord> Runs(string subject, int outstanding, params double[] throughputs) =>
        throughputs.Select((throughput, i) => Run(subject, new Cell(64, outstanding), i + 1, throughput));

    public static RunRecord Run(
        string subject, Cell cell, int round, double throughput, Guarantee guarantee = Guarantee.AtLeastOnce, string part = Parts.Matrix, int point = 0) => new(
        part,
        point,
        round,
        subject,
        guarantee,
        QueueType.Classic,
        cell,
        new Finding(
            cell.Half ? throughput : null,
            (long)throughput * 3,
            throughput,
            new LatencyMs { Mean = 1, P50 = 1_000 / throughput, P90 = 2, P99 = 4_000 / throughput, P999 = 5, Max = 6 },
            new SortedDictionary<string, long>(),
            new SortedDictionary<string, double> { ["broker"] = 4, ["load"] = 1, ["middle"] = 2, ["workers"] = 3 },
            new SortedDictionary<string, double> { ["load"] = 100, ["middle"] = 200, ["workers"] = 300 },
            new MessagesEach(0.5, 0.5, 0.25, 0.25)));
}
