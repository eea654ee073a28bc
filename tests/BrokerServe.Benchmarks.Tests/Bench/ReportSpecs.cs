using BrokerServe.Bench;
using BrokerServe.Bench.Planning;
using BrokerServe.Bench.Reporting;
using BrokerServe.Bench.Results;
using BrokerServe.Bench.Scaling;
using BrokerServe.Bench.Subjects;
using Xunit;

namespace BrokerServe.Benchmarks.Tests.Bench;

public sealed class ReportSpecs
{
    [Fact]
    public void A_section_has_throughput_ratios_latency_and_cost()
    {
        var section = Assert.Single(MatrixSection.All(new Query(Made.Results(
        [
            .. Made.Runs(SubjectCatalog.Relay, 1, 500, 500, 500), .. Made.Runs(SubjectCatalog.Relay, 256, 1_000, 2_000, 4_000),
            .. Made.Runs(SubjectCatalog.Coalesced, 256, 10_000, 10_000, 16_000),
        ]))));

        Assert.Equal("at least once, classic queue, 64 B", section.Title);
        Assert.Equal("at-least-once-classic-64", section.Slug);
        Assert.Equal(
            """
            | requests/s | 1 | 256 |
            |---|---:|---:|
            | raw relay | 500 | 2,000 |
            | BrokerServe | – | 10,000 |

            """,
            section.Throughput().ToString());
        Assert.Equal(
            """
            | / raw relay | 1 | 256 |
            |---|---:|---:|
            | BrokerServe | – | 5 (4 to 10) |

            """,
            section.Ratios()!.ToString());
        Assert.Equal(
            """
            | latency in ms | 1 outstanding: p50 | p99 | p99.9 | 256 outstanding: p50 | p99 | p99.9 |
            |---|---:|---:|---:|---:|---:|---:|
            | raw relay | 2 | 8 | 5 | 0.50 | 2 | 5 |
            | BrokerServe | – | – | – | 0.10 | 0.40 | 5 |

            """,
            section.Latency().ToString());
        Assert.Contains("| BrokerServe | 1 | 2 | 3 | 4 | 100 | 200 | 300 | 0.50 | 1.50 |", section.Cost().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_variant_is_shown_beside_BrokerServe_as_it_is()
    {
        var section = Assert.Single(MatrixSection.All(new Query(Made.Results(
        [
            .. Made.Runs("coalesced+quiet", 256, 500, 1_000, 1_500), .. Made.Runs(SubjectCatalog.Coalesced, 256, 1_000, 1_000, 1_000),
        ]))));

        Assert.Equal(
            """
            | requests/s, / BrokerServe | 256 |
            |---|---:|
            | BrokerServe, quiet | 1 (0.50 to 1.50) |

            """,
            section.Variants()!.ToString());
        Assert.Equal(
            """
            | p50, / BrokerServe | 256 |
            |---|---:|
            | BrokerServe, quiet | 1 (0.67 to 2) |

            """,
            section.VariantWaits()!.ToString());
        Assert.Equal(["BrokerServe", "BrokerServe, quiet"], section.Subjects.Select(subject => subject.Title));
    }

    [Fact]
    public void Of_large_bodies_the_bandwidth_is_said()
    {
        var runs = new[] { Made.Run(SubjectCatalog.Relay, new Cell(64 * 1_024, 64), 1, 1_600) };

        Assert.Contains("| raw relay | 1,600 (100) |", MatrixSection.All(new Query(Made.Results(runs)))[0].Throughput().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_point_of_a_scale_curve_is_compared_with_the_base_that_ran_beside_it()
    {
        var section = Assert.Single(ScaleSection.All(new Query(Made.Results(
        [
            Point(4, ScaleCurves.BaseSubject, 100), Point(4, SubjectCatalog.Coalesced, 200),
            Point(16, ScaleCurves.BaseSubject, 50), Point(16, SubjectCatalog.Coalesced, 150),
        ]))));

        Assert.Equal([(1, 1.0), (4, 2.0), (16, 3.0)], section.Ratios().Select(point => (point.Value, point.Ratio.Median)));
        Assert.Contains("| 16 | 3 | 0.50 | 1.50 | 10 |", section.ToTable().ToString(), StringComparison.Ordinal);

        static RunRecord Point(int value, string subject, double throughput) =>
            Made.Run(subject, new Cell(64, 1_024), 1, throughput, part: "replicas", point: value);
    }

    [Fact]
    public void A_report_says_where_and_how_and_what_is_missing()
    {
        var results = Made.Results(Made.Runs(SubjectCatalog.Relay, 256, 1_000));
        results.Failures.Add("masstransit is missing");

        var (text, charts) = Report.Of(results);

        Assert.StartsWith(
            "Measured 2026-11-28, 2 cores of Z80, Linux, .NET 10.0.0, RabbitMQ 3.10.8, by `perf/run.sh`: 1 rounds, of each run 3 s after 2 s, behind 15 s for nothing. "
            + "Medians, in parentheses the least and the most: for 95 % intervals it takes six rounds.\n\nMissing: masstransit is missing\n",
            text,
            StringComparison.Ordinal);
        Assert.Contains("\n## At least once, classic queue, 64 B\n", text, StringComparison.Ordinal);
        Assert.Equal(["cost-at-least-once-classic-64.svg"], charts.Keys);
        Assert.Contains("(charts/cost-at-least-once-classic-64.svg)", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Requests_that_were_not_answered_are_in_the_report()
    {
        var run = Made.Run(SubjectCatalog.Relay, new Cell(64, 256), 3, 1_000);
        var failed = run with { Found = run.Found with { Errors = new SortedDictionary<string, long> { ["lost"] = 12 } } };

        Assert.Contains("| relay (matrix) | at least once | 256 | 3 | lost: 12 |", Report.Of(Made.Results(failed)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Results_come_back_from_their_file_as_they_were()
    {
        var file = Path.GetTempFileName();
        var results = Made.Results(Made.Runs(SubjectCatalog.Relay, 256, 1_000));
        results.Types.Add(new TypeRecord(SubjectCatalog.Coalesced, Guarantee.AtMostOnce, 256, 300, [new("System.String", 20)]));
        results.Idle.Add(new IdleRecord("broker", 0.5, null));
        try
        {
            results.Save(file);
            Assert.Equal(Report.Of(results).Text, Report.Of(ResultSet.Load(file)).Text);
            File.WriteAllText(file, "{");
            Assert.Throws<BenchException>(() => ResultSet.Load(file));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void What_was_measured_again_takes_the_place_of_what_was_measured_before()
    {
        var earlier = Made.Results([.. Made.Runs("a", 1, 1, 1), .. Made.Runs("a", 256, 2)]);
        var later = Made.Results(Made.Runs("a", 256, 3)) with { Command = "perf/run.sh --outstanding 256" };

        var both = earlier.With(later);

        Assert.Equal([1, 1, 3], both.Runs.Select(run => run.Found.Throughput));
        Assert.Equal("perf/run.sh`, `perf/run.sh --outstanding 256", both.Command);
        Assert.Throws<BenchException>(() => earlier.With(later with { Seconds = 10 }));
        Assert.Contains(
            "behind 0 s", Assert.Throws<BenchException>(() => earlier.With(later with { FirstRunSeconds = 0 })).Message, StringComparison.Ordinal);
        Assert.Throws<BenchException>(() => earlier.With(later with { Machine = Made.Machine with { Cores = 4 } }));
    }

    [Fact]
    public void A_region_of_a_document_is_replaced_and_nothing_else()
    {
        const string Document = "a <!-- perf: x -->old<!-- /perf --> b <!-- perf: y -->other<!-- /perf --> c";

        Assert.Equal(
            "a <!-- perf: x -->new<!-- /perf --> b <!-- perf: y -->other<!-- /perf --> c", Regions.Replace(Document, "x", "new"));
        Assert.Throws<BenchException>(() => Regions.Replace(Document, "z", "new"));
        Assert.Throws<BenchException>(() => Regions.Replace(Document + Document, "x", "new"));
    }

    [Fact]
    public void The_documents_have_the_regions_that_a_report_writes()
    {
        var root = Binaries.Above(AppContext.BaseDirectory).Root;

        Regions.Replace(File.ReadAllText(Path.Combine(root, "perf/README.md")), Documents.Tables, "");
        Regions.Replace(File.ReadAllText(Path.Combine(root, "README.md")), Documents.Sentence, "");
    }

    [Fact]
    public void The_headline_is_of_two_runs_that_were_both_measured()
    {
        var some = Made.Results([.. Made.Runs(SubjectCatalog.Relay, 256, 10), .. Made.Runs(SubjectCatalog.Coalesced, 256, 50)]);
        var both = Made.Results([.. some.Runs, .. Made.Runs(SubjectCatalog.Relay, 1_024, 10), .. Made.Runs(SubjectCatalog.Coalesced, 1_024, 123)]);

        Assert.Null(Documents.Headline(some));
        Assert.Contains("5 times the requests with 256 outstanding and 12.3 times with 1,024", Documents.Headline(both), StringComparison.Ordinal);
    }
}
