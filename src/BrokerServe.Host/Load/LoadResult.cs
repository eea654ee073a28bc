using System.Globalization;
using System.Text;
using BrokerServe.Host.Measuring;

namespace BrokerServe.Host.Load;

/// <summary>What a load run found.</summary>
/// <param name="Settings">What was asked for.</param>
/// <param name="Totals">How all calls ended.</param>
/// <param name="Throughput">Replies per second while calls were begun.</param>
/// <param name="Elapsed">How long calls were begun: the duration, unless it was interrupted.</param>
internal sealed record LoadResult(LoadSettings Settings, CallTotals Totals, double Throughput, TimeSpan Elapsed)
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    public string ToJson() => Figures.Object(json =>
    {
        json.WriteString("endpoint", Settings.Endpoint);
        json.WriteNumber("concurrency", Settings.Concurrency);
        json.WriteNumber("size", Settings.Size);
        if (Settings.Rate is { } rate)
        {
            json.WriteNumber("rate", rate);
        }

        json.WriteNumber("duration_s", Figures.Round(Elapsed.TotalSeconds));
        json.WriteNumber("requests", Totals.Ended);
        json.WriteNumber("replies", Totals.Replies);
        Figures.WriteCounts(json, "errors", Totals.Errors);
        json.WriteNumber("throughput", Figures.Round(Throughput));
        Figures.WriteLatency(json, Totals);
        Figures.WriteCounts(json, "backends", Totals.Backends);
    });

    public string ToText()
    {
        var text = new StringBuilder();
        text.Append(Invariant, $"{Totals.Ended:N0} calls in {Elapsed.TotalSeconds:0.0} s: {Totals.Replies:N0} replies, ");
        text.AppendLine(Invariant, $"{Totals.Failures:N0} errors, {Throughput:N0} replies/s");
        text.Append(Invariant, $"latency ms: p50 {Totals.LatencyMs(50):0.00}  p90 {Totals.LatencyMs(90):0.00}  ");
        text.Append(Invariant, $"p99 {Totals.LatencyMs(99):0.00}  p99.9 {Totals.LatencyMs(99.9):0.00}  ");
        text.AppendLine(Invariant, $"max {Totals.MaxLatencyMs:0.00}");
        foreach (var (backend, count) in Totals.Backends)
        {
            text.AppendLine(Invariant, $"  {backend}: {count:N0} ({100.0 * count / Totals.Replies:0.0} %)");
        }

        foreach (var (code, count) in Totals.Errors)
        {
            text.AppendLine(Invariant, $"  error {code}: {count:N0}");
        }

        return text.ToString();
    }
}
