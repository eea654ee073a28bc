using BrokerServe.Bench.Charts;
using BrokerServe.Bench.Statistics;
using Xunit;

namespace BrokerServe.Benchmarks.Tests.Bench;

/// <summary>Charts, byte by byte: the same results draw the same file.</summary>
public sealed class ChartSpecs
{
    [Fact]
    public void Lines_have_their_points_their_intervals_and_a_legend()
    {
        var line = new Series("a <b>", [(1, Found(10, 8, 20)), (100, Found(1_000, 1_000, 1_000))], 5);

        Assert.Equal(
            """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 400" width="800" height="400" role="img" font-family="system-ui, sans-serif" font-size="12">
            <title>Title: requests per second against requests outstanding</title>
            <rect width="800" height="400" fill="#ffffff"/>
            <text x="70" y="16" fill="#1f2328" text-anchor="start" font-weight="600">Title</text>
            <text x="70" y="32" fill="#1f2328" text-anchor="start">requests per second</text>
            <text x="280" y="386" fill="#1f2328" text-anchor="middle">requests outstanding</text>
            <line x1="70" y1="326.6" x2="490" y2="326.6" stroke="#d1d9e0" stroke-width="1"/>
            <text x="64" y="330.6" fill="#1f2328" text-anchor="end">10</text>
            <line x1="70" y1="285" x2="490" y2="285" stroke="#d1d9e0" stroke-width="1"/>
            <text x="64" y="289" fill="#1f2328" text-anchor="end">20</text>
            <line x1="70" y1="229.9" x2="490" y2="229.9" stroke="#d1d9e0" stroke-width="1"/>
            <text x="64" y="233.9" fill="#1f2328" text-anchor="end">50</text>
            <line x1="70" y1="188.3" x2="490" y2="188.3" stroke="#d1d9e0" stroke-width="1"/>
            <text x="64" y="192.3" fill="#1f2328" text-anchor="end">100</text>
            <line x1="70" y1="146.7" x2="490" y2="146.7" stroke="#d1d9e0" stroke-width="1"/>
            <text x="64" y="150.7" fill="#1f2328" text-anchor="end">200</text>
            <line x1="70" y1="91.6" x2="490" y2="91.6" stroke="#d1d9e0" stroke-width="1"/>
            <text x="64" y="95.6" fill="#1f2328" text-anchor="end">500</text>
            <line x1="70" y1="50" x2="490" y2="50" stroke="#d1d9e0" stroke-width="1"/>
            <text x="64" y="54" fill="#1f2328" text-anchor="end">1,000</text>
            <line x1="80" y1="350" x2="80" y2="354" stroke="#1f2328" stroke-width="1"/>
            <text x="80" y="368" fill="#1f2328" text-anchor="middle">1</text>
            <line x1="480" y1="350" x2="480" y2="354" stroke="#1f2328" stroke-width="1"/>
            <text x="480" y="368" fill="#1f2328" text-anchor="middle">100</text>
            <line x1="70" y1="350" x2="490" y2="350" stroke="#1f2328" stroke-width="1"/>
            <polyline points="80,326.6 480,50" fill="none" stroke="#009e73" stroke-width="2"/>
            <line x1="80" y1="340" x2="80" y2="285" stroke="#009e73" stroke-width="1"/>
            <circle cx="80" cy="326.6" r="3.5" fill="#009e73"/>
            <line x1="480" y1="50" x2="480" y2="50" stroke="#009e73" stroke-width="1"/>
            <circle cx="480" cy="50" r="3.5" fill="#009e73"/>
            <rect x="506" y="44" width="12" height="12" fill="#009e73"/>
            <text x="524" y="54" fill="#1f2328" text-anchor="start">a &lt;b&gt;</text>
            </svg>

            """,
            LineChart.Draw("Title", "requests outstanding", "requests per second", [line]));
    }

    [Fact]
    public void Bars_are_as_long_as_their_parts_and_say_their_sum()
    {
        var drawn = StackedBars.Draw("Cost", ["load", "broker"], [("one", [3, 1]), ("two", [1, 1])]);

        Assert.Contains("""<rect x="260" y="62" width="322.5" height="18" fill="#e69f00"/>""", drawn, StringComparison.Ordinal);
        Assert.Contains("""<rect x="582.5" y="62" width="107.5" height="18" fill="#009e73"/>""", drawn, StringComparison.Ordinal);
        Assert.Contains("""<rect x="260" y="88" width="107.5" height="18" fill="#e69f00"/>""", drawn, StringComparison.Ordinal);
        Assert.Contains("""text-anchor="start">4</text>""", drawn, StringComparison.Ordinal);
        Assert.Contains("""text-anchor="start">2</text>""", drawn, StringComparison.Ordinal);
    }

    [Fact]
    public void Intervals_lie_on_their_side_of_the_line_at_one()
    {
        var drawn = IntervalChart.Draw("Ratios", [("ten", Found(5, 4, 10)), ("a tenth", Found(0.2, 0.1, 0.4))]);

        // A decade is 180 pixels, and 1 is in the middle of 530 to 890.
        Assert.Contains("""<line x1="710" y1="36" x2="710" y2="92" stroke="#1f2328" stroke-width="1.5"/>""", drawn, StringComparison.Ordinal);
        Assert.Contains("""<line x1="818.4" y1="52" x2="890" y2="52" """, drawn, StringComparison.Ordinal);
        Assert.Contains("""<line x1="530" y1="76" x2="638.4" y2="76" """, drawn, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 1_000, "1 10 100 1000")]
    [InlineData(3, 60, "5 10 20 50")]
    [InlineData(7, 7, "")]
    public void An_axis_has_round_ticks(double least, double most, string ticks) =>
        Assert.Equal(ticks, string.Join(' ', new LogAxis([least, most], 0, 100).Ticks().Select(tick => Math.Round(tick, 6))));

    private static MedianInterval Found(double median, double low, double high) => new(median, low, high, 0.96, 9);
}
