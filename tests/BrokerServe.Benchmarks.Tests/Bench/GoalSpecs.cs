using BrokerServe.Bench.Planning;
using BrokerServe.Bench.Reporting;
using BrokerServe.Bench.Results;
using BrokerServe.Bench.Statistics;
using BrokerServe.Bench.Subjects;
using Xunit;

namespace BrokerServe.Benchmarks.Tests.Bench;

public sealed class GoalSpecs
{
    private static readonly Goal More = new("", "x", More: true, null, null, _ => null);
    private static readonly Goal Less = More with { More = false };

    [Fact]
    public void A_goal_is_missed_only_where_the_interval_excludes_it()
    {
        var found = new MedianInterval(4.5, 4, 5.5, 0.96, 9);

        Assert.Equal([Verdict.Reached, Verdict.Within, Verdict.Excluded], new[] { 4, 5, 6.0 }.Select(wish => More.Judge(found, wish)));
        Assert.Equal([Verdict.Excluded, Verdict.Within, Verdict.Reached], new[] { 3, 4.2, 5.0 }.Select(wish => Less.Judge(found, wish)));
    }

    [Fact]
    public void With_too_few_rounds_nothing_is_excluded()
    {
        var found = new MedianInterval(4.5, 4, 5.5, 0.94, 5);

        Assert.Equal(Verdict.Undecided, More.Judge(found, 6));
        Assert.Equal(Verdict.Reached, More.Judge(found, 4));
    }

    [Fact]
    public void A_ratio_is_the_median_of_pairs_of_the_same_round_not_the_ratio_of_medians()
    {
        var some = Made.Runs(SubjectCatalog.Coalesced, 256, 100, 20, 30);
        var others = Made.Runs(SubjectCatalog.Relay, 256, 10, 20, 1);

        Assert.Equal(10, Query.Ratio(some, others, found => found.Throughput)!.Value.Median); // Of 10, 1 and 30; the medians are 30 and 10.
    }

    [Fact]
    public void A_round_in_which_one_of_the_two_is_missing_is_no_pair()
    {
        var ratio = Query.Ratio(Made.Runs("a", 1, 10, 20, 30), Made.Runs("b", 1, 5, 5), found => found.Throughput);

        Assert.Equal(2, ratio!.Value.Count);
        Assert.Null(Query.Ratio(Made.Runs("a", 1, 10), [], found => found.Throughput));
    }

    [Fact]
    public void Only_what_was_measured_is_in_the_table()
    {
        var query = new Query(Made.Results([.. Made.Runs(SubjectCatalog.Coalesced, 1_024, Six(700)), .. Made.Runs(SubjectCatalog.Relay, 1_024, Six(100))]));

        Assert.Equal(
            """
            | goal | found | bar | aim |
            |---|---:|---:|---:|
            | BrokerServe, at least once, 1,024 outstanding / raw relay | 7x (7 to 7) | ≥ 5x: reached | ≥ 8x: **excluded** |
            | BrokerServe, at least once, 1,024 outstanding, messages of the broker for a request | 0.50 (0.50 to 0.50) | ≤ 0.60: reached | ≤ 0.30: **excluded** |
            | BrokerServe, at least once, 1,024 outstanding, bytes that the router's process allocates for a request | 200 (200 to 200) | – | ≤ 100: **excluded** |

            """,
            GoalSection.Of(query)!.ToString());
    }

    [Fact]
    public void Latency_is_better_when_it_is_less_and_half_of_saturation_is_each_ones_own()
    {
        var half = new Cell(64, 1_024, Half: true);
        var query = new Query(Made.Results(
        [
            .. Enumerable.Range(1, 6).Select(round => Made.Run(SubjectCatalog.Coalesced, half, round, 5_000)),
            .. Enumerable.Range(1, 6).Select(round => Made.Run(SubjectCatalog.Relay, half, round, 1_000)),
        ]));

        var (title, found) = Assert.Single(Goals.All.Select(goal => (goal.Title, Found: goal.Measured(query))), goal => goal.Found is not null);
        Assert.Contains("p99 at half of saturation", title, StringComparison.Ordinal);
        Assert.Equal(0.2, found!.Value.Median, 6);
    }

    [Fact]
    public void The_dispatchers_goal_compares_its_ends_by_their_intervals()
    {
        var results = Made.Results();
        results.Ratios.Add(new RatioRecord("BacklogBenchmarks", "LifeBehindBacklog", "Waiting", 0, 80, 4, 3.9, 4.1));
        results.Ratios.Add(new RatioRecord("BacklogBenchmarks", "LifeBehindBacklog", "Waiting", 1_000_000, 200, 10, 9.8, 10.2));

        var found = Assert.Single(Goals.All.Select(goal => goal.Measured(new Query(results))).OfType<MedianInterval>());
        Assert.Equal((2.5, 9.8 / 4.1, 10.2 / 3.9), (found.Median, found.Low, found.High));
    }

    [Fact]
    public void Every_goal_can_be_measured_by_the_full_run()
    {
        var runs = Plans.Full.Blocks.SelectMany(block => Schedule.Of(block, 1).Select(run =>
            Made.Run(run.Subject, run.Cell, run.Round, 100, block.Guarantee) with { QueueType = block.QueueType }));
        var memory = Enum.GetValues<Guarantee>().Select(guarantee => Made.Run(SubjectCatalog.Memory, new Cell(64, 256), 1, 100, guarantee, Parts.Memory));
        var results = Made.Results([.. runs, .. memory]);
        results.Types.AddRange(Enum.GetValues<Guarantee>().Select(guarantee => new TypeRecord(SubjectCatalog.Coalesced, guarantee, 1_024, 300, [])));
        results.Ratios.AddRange(new[] { 1, 1_000 }.Select(value => new RatioRecord("DispatcherBenchmarks", "Life", "Replicas", value, 80, 4, 4, 4)));
        results.Ratios.AddRange(new[] { 0, 1_000_000 }.Select(value => new RatioRecord("BacklogBenchmarks", "LifeBehindBacklog", "Waiting", value, 80, 4, 4, 4)));
        var query = new Query(results);

        Assert.Equal([], Goals.All.Where(goal => goal.Measured(query) is null).Select(goal => goal.Title));
    }

    private static double[] Six(double value) => [value, value, value, value, value, value];
}
