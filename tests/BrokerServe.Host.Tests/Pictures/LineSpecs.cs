using BrokerServe.Host.Pictures;

namespace BrokerServe.Host.Tests.Pictures;

/// <summary>Runs as lines.</summary>
public sealed class LineSpecs
{
    [Fact]
    public void A_demo_is_its_title_and_a_line_for_each_picture()
    {
        var written = new StringWriter { NewLine = "\n" };
        using var view = new PlainLines(written);

        view.Begin(Samples.Demo);
        view.Show(Samples.Demo);
        view.Note("12:00:00.000 warn: Test[1] Something is wrong.");
        view.End(Samples.Demo);

        Assert.Equal(
            """
            One process: a router, 6 replicas of 3 backends, 64 callers of 'greet', over the in-memory broker.
               8 s      507,457 calls    64,452/s  p50 0.51 ms  p99 7.42 ms  greet-v1 456,569  greet-v2 50,888  greet-shadow 101,836  backlog 3  in flight 31  credit 17  errors 0
            12:00:00.000 warn: Test[1] Something is wrong.

            """,
            written.ToString());
    }

    [Fact]
    public void A_load_run_has_no_gauges_and_counts_its_errors() => Assert.Equal(
        "3723 s    7,442,000 replies     1,998/s  p50 1.50 ms  p99 1204.25 ms  errors 1,237", PlainLines.LineOf(Samples.Load));
}
