using BrokerServe.Bench.Results;
using BrokerServe.Bench.Subjects;

namespace BrokerServe.Bench.Reporting;

/// <summary>The parts that are one table each; null when there is nothing to show.</summary>
internal static class OtherSections
{
    public static Table? Memory(Query query)
    {
        var runs = query.Results.Runs.Where(run => run.Part == Parts.Memory).ToArray();
        var table = new Table("in one process", "outstanding", "requests/s", "p50 ms", "p99 ms", "bytes each", "CPU us each");
        foreach (var group in runs.GroupBy(run => (run.Guarantee, run.Subject, run.Cell.Outstanding)).OrderBy(group => group.Key))
        {
            table.Add(
                $"{SubjectCatalog.Of(group.Key.Subject).Title}, {Words.Of(group.Key.Guarantee)}",
                Words.Number(group.Key.Outstanding),
                Words.Interval(Query.Median(group, found => found.Throughput)),
                Words.Median(Query.Median(group, found => found.LatencyMs.P50)),
                Words.Median(Query.Median(group, found => found.LatencyMs.P99)),
                Words.Median(Query.Median(group, found => found.BytesEach["load"])),
                Words.Median(Query.Median(group, found => found.CpuSeconds["load"] * 10)));
        }

        return table.IsEmpty ? null : table;
    }

    public static Table? Dispatcher(Query query)
    {
        var table = new Table("dispatcher", "ns for a request", "beside a channel's write + read");
        foreach (var ratio in query.Results.Ratios)
        {
            table.Add(
                $"`{ratio.Name}`, {ratio.Parameter.ToLowerInvariant()} {Words.Number(ratio.Value)}",
                Words.Number(ratio.Nanoseconds),
                $"{Words.Number(ratio.Ratio)} ({Words.Number(ratio.Low)} to {Words.Number(ratio.High)})");
        }

        return table.IsEmpty ? null : table;
    }

    public static Table? Idle(Query query)
    {
        var table = new Table("with nothing to do", "CPU-s in a minute", "bytes allocated in a second");
        foreach (var idle in query.Results.Idle)
        {
            table.Add(idle.Process, Words.Number(idle.CpuSecondsPerMinute), idle.BytesPerSecond is { } bytes ? Words.Number(bytes) : "–");
        }

        return table.IsEmpty ? null : table;
    }

    /// <summary>What the router allocates, down to a byte for a request.</summary>
    public static Table? Types(Query query)
    {
        var table = new Table("type", "promise", "bytes each");
        foreach (var record in query.Results.Types)
        {
            table.Add("all", Words.Of(record.Guarantee), Words.Number(record.BytesEach));
            foreach (var (type, bytes) in record.Types.TakeWhile(type => type.Value >= 1))
            {
                table.Add($"`{type}`", Words.Of(record.Guarantee), Words.Number(bytes));
            }
        }

        return table.IsEmpty ? null : table;
    }
}
