using BrokerServe.Bench.Planning;
using BrokerServe.Bench.Results;
using BrokerServe.Bench.Subjects;

namespace BrokerServe.Bench.Reporting;

/// <summary>One promise, one type of queue, one size of bodies: everybody, at every number outstanding.</summary>
internal sealed class MatrixSection
{
    /// <summary>From here on bandwidth is what counts.</summary>
    private const int LargeBody = 64 * 1_024;

    private readonly Query _query;
    private readonly RunRecord[] _runs;

    private MatrixSection(Query query, IEnumerable<RunRecord> runs)
    {
        _query = query;
        _runs = [.. runs];
        Outstanding = [.. _runs.Where(run => !run.Cell.Half).Select(run => run.Cell.Outstanding).Distinct().Order()];
        var variants = _runs.Select(run => run.Subject).Distinct().Where(Variant.IsKey);
        Subjects =
        [
            .. SubjectCatalog.All.Where(subject => _runs.Any(run => run.Subject == subject.Key)),
            .. variants.Select(key => ServeSubjects.Varied(Variant.Called(key[Variant.KeyPrefix.Length..]))),
        ];
    }

    public Guarantee Guarantee => _runs[0].Guarantee;

    public QueueType QueueType => _runs[0].QueueType;

    public int Size => _runs[0].Cell.Size;

    public IReadOnlyList<int> Outstanding { get; }

    public IReadOnlyList<Subject> Subjects { get; }

    public string Title => $"{Words.Of(Guarantee)}, {Words.Of(QueueType)} queue, {Words.Bytes(Size)}";

    /// <summary>For links and files.</summary>
    public string Slug => $"{Words.Of(Guarantee).Replace(' ', '-')}-{Words.Of(QueueType)}-{Size}";

    /// <summary>The sections that there are runs for.</summary>
    public static IReadOnlyList<MatrixSection> All(Query query) =>
    [
        .. query.Results.Runs
            .Where(run => run.Part == Parts.Matrix)
            .GroupBy(run => (run.QueueType, run.Cell.Size, run.Guarantee))
            .OrderBy(group => group.Key)
            .Select(group => new MatrixSection(query, group)),
    ];

    /// <summary>Runs of a subject.</summary>
    public IEnumerable<RunRecord> Of(string subject, int outstanding, bool half = false) =>
        _query.In(Guarantee, QueueType, new Cell(Size, outstanding, half))[subject];

    public Table Throughput()
    {
        var table = new Table([Size >= LargeBody ? "requests/s (MiB/s each way)" : "requests/s", .. Headers()]);
        foreach (var subject in Subjects)
        {
            table.Add([subject.Title, .. Outstanding.Select(outstanding => Cell(subject.Key, outstanding))]);
        }

        return table;

        string Cell(string subject, int outstanding)
        {
            var found = Query.Median(Of(subject, outstanding), finding => finding.Throughput);
            return Words.Median(found)
                + (Size >= LargeBody && found is { } some ? $" ({Words.Number(some.Median * Size / (1024 * 1024))})" : "");
        }
    }

    /// <summary>Throughput beside the raw relay; null when that did not run.</summary>
    public Table? Ratios() => Beside("/ raw relay", subject => subject.Key == SubjectCatalog.Relay ? null : SubjectCatalog.Relay, found => found.Throughput);

    /// <summary>Throughput beside that of the other checkout; null when none of it ran.</summary>
    public Table? Gains() => Beside("requests/s, / before", subject => subject.Key + SubjectCatalog.BeforeSuffix, found => found.Throughput);

    /// <summary>Latency at the median beside that of the other checkout; null when none of it ran.</summary>
    public Table? Waits() => Beside("p50, / before", subject => subject.Key + SubjectCatalog.BeforeSuffix, found => found.LatencyMs.P50);

    /// <summary>Throughput with telemetry beside that without; null when either did not run.</summary>
    public Table? Observation() => Beside(
        "requests/s, / not observed", subject => subject.Key == SubjectCatalog.Observed ? SubjectCatalog.Coalesced : null, found => found.Throughput);

    /// <summary>Throughput of variants beside that of BrokerServe as it is; null when no variant ran.</summary>
    public Table? Variants() => Beside("requests/s, / BrokerServe", AsItIs, found => found.Throughput);

    /// <summary>Latency at the median of variants beside that of BrokerServe as it is; null when no variant ran.</summary>
    public Table? VariantWaits() => Beside("p50, / BrokerServe", AsItIs, found => found.LatencyMs.P50);

    private Table? Beside(string title, Func<Subject, string?> other, Func<Finding, double> value)
    {
        var table = new Table([title, .. Headers()]);
        foreach (var (subject, key) in Subjects.Select(subject => (subject, other(subject))))
        {
            if (key is not null && Subjects.Any(beside => beside.Key == key))
            {
                table.Add([subject.Title, .. Outstanding.Select(outstanding => Words.Interval(Query.Ratio(Of(subject.Key, outstanding), Of(key, outstanding), value)))]);
            }
        }

        return table.IsEmpty ? null : table;
    }

    public Table Latency()
    {
        (int Outstanding, bool Half)[] columns =
        [
            .. new[] { Outstanding[0], Outstanding[^1] }.Distinct().Select(outstanding => (outstanding, false)),
            .. _runs.Where(run => run.Cell.Half).Select(run => (run.Cell.Outstanding, true)).Distinct().Order(),
        ];
        var table = new Table(["latency in ms", .. columns.SelectMany(column => new[] { $"{Name(column)}: p50", "p99", "p99.9" })]);
        foreach (var subject in Subjects)
        {
            table.Add([subject.Title, .. columns.SelectMany(column => Percentiles(Of(subject.Key, column.Outstanding, column.Half)))]);
        }

        return table;

        static string Name((int Outstanding, bool Half) column) =>
            column.Half ? $"at half of the rate of {Words.Number(column.Outstanding)}" : $"{Words.Number(column.Outstanding)} outstanding";

        static IEnumerable<string> Percentiles(IEnumerable<RunRecord> runs) =>
        [
            Words.Median(Query.Median(runs, found => found.LatencyMs.P50)),
            Words.Median(Query.Median(runs, found => found.LatencyMs.P99)),
            Words.Median(Query.Median(runs, found => found.LatencyMs.P999)),
        ];
    }

    /// <summary>What a request costs, at the most outstanding.</summary>
    public Table Cost()
    {
        string[] roles = [.. Enum.GetNames<Role>().Select(role => role.ToLowerInvariant())];
        var table = new Table(
        [
            $"{Words.Number(Outstanding[^1])} outstanding", .. roles.Select(role => $"CPU-s per 100,000: {role}"),
            .. roles[..^1].Select(role => $"bytes each: {role}"), "broker: messages each", "with deliveries, acks and confirms",
        ]);
        foreach (var subject in Subjects)
        {
            var runs = Of(subject.Key, Outstanding[^1]);
            table.Add(
            [
                subject.Title,
                .. roles.Select(role => Words.Median(Query.Median(runs, found => Some(found.CpuSeconds, role)))),
                .. roles[..^1].Select(role => Words.Median(Query.Median(runs, found => Some(found.BytesEach, role)))),
                Words.Median(Query.Median(runs, found => found.MessagesEach?.Received)),
                Words.Median(Query.Median(runs, found => found.MessagesEach?.Operations)),
            ]);
        }

        return table;

        static double? Some(IReadOnlyDictionary<string, double> values, string role) => values.TryGetValue(role, out var value) ? value : null;
    }

    private static string? AsItIs(Subject subject) => Variant.IsKey(subject.Key) ? SubjectCatalog.Coalesced : null;

    private IEnumerable<string> Headers() => Outstanding.Select(outstanding => Words.Number(outstanding));
}
