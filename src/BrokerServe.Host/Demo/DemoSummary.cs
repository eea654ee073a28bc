using System.Globalization;
using System.Text;
using BrokerServe.Host.Measuring;

namespace BrokerServe.Host.Demo;

/// <summary>What the demo showed.</summary>
/// <param name="Settings">What was asked for.</param>
/// <param name="Broker">Over which broker.</param>
/// <param name="Started">Calls begun.</param>
/// <param name="Totals">How they ended.</param>
/// <param name="Duplicates">Replies that came a second time, or after their call had ended.</param>
/// <param name="Shadowed">Copies that the shadow backend ran.</param>
/// <param name="Elapsed">How long calls were begun and ended.</param>
internal sealed record DemoSummary(
    DemoSettings Settings, string Broker, long Started, CallTotals Totals, long Duplicates, long Shadowed, TimeSpan Elapsed)
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    public bool EveryCallEndedOnce => Started == Totals.Ended && Duplicates == 0;

    public double Throughput => Totals.Replies / Elapsed.TotalSeconds;

    public string ToJson() => Figures.Object(json =>
    {
        json.WriteString("broker", Broker);
        json.WriteNumber("concurrency", Settings.Concurrency);
        json.WriteNumber("duration_s", Figures.Round(Elapsed.TotalSeconds));
        json.WriteNumber("started", Started);
        json.WriteNumber("requests", Totals.Ended);
        json.WriteNumber("replies", Totals.Replies);
        Figures.WriteCounts(json, "errors", Totals.Errors);
        json.WriteNumber("duplicates", Duplicates);
        json.WriteBoolean("every_call_ended_once", EveryCallEndedOnce);
        json.WriteNumber("throughput", Figures.Round(Throughput));
        Figures.WriteLatency(json, Totals);
        Figures.WriteCounts(json, "backends", Totals.Backends);
        json.WriteStartObject("shadow");
        json.WriteNumber(DemoSystem.Shadow, Shadowed);
        json.WriteEndObject();
    });

    public string ToText()
    {
        var text = new StringBuilder();
        text.Append(Invariant, $"{Started:N0} calls were started over {Broker}, {Totals.Ended:N0} ended: ");
        text.AppendLine(Invariant, $"{Totals.Replies:N0} replies, {Totals.Failures:N0} errors.");
        text.Append(Invariant, $"{Duplicates:N0} replies came twice or too late. ");
        text.AppendLine(EveryCallEndedOnce ? "Every call ended exactly once." : "NOT every call ended exactly once.");
        text.Append(Invariant, $"{Throughput:N0} calls per second; latency p50 {Totals.LatencyMs(50):0.00} ms, ");
        text.Append(Invariant, $"p99 {Totals.LatencyMs(99):0.00} ms, p99.9 {Totals.LatencyMs(99.9):0.00} ms, ");
        text.AppendLine(Invariant, $"max {Totals.MaxLatencyMs:0.00} ms.");
        foreach (var (backend, count) in Totals.Backends)
        {
            text.AppendLine(Invariant, $"  {backend,-14} {count,12:N0}  {100.0 * count / Totals.Replies:0.0} %");
        }

        var share = 100.0 * Shadowed / Math.Max(1, Started);
        text.AppendLine(Invariant, $"  {DemoSystem.Shadow,-14} {Shadowed,12:N0}  {share:0.0} % in copies");
        foreach (var (code, count) in Totals.Errors)
        {
            text.AppendLine(Invariant, $"  error {code}: {count:N0}");
        }

        return text.ToString();
    }
}
