using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using BrokerServe.Client.Calls;
using BrokerServe.Protocol;

namespace BrokerServe.Client.Telemetry;

/// <summary>The meter <c>BrokerServe.Client</c>.</summary>
internal sealed class ClientMetrics : IDisposable
{
    // From a local round trip to the default timeout.
    private static readonly double[] DurationBounds =
        [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

    private readonly Meter _meter;
    private readonly Counter<long> _calls;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _dropped;

    public ClientMetrics(IMeterFactory? factory, CallTable table, string clientId)
    {
        _meter = factory?.Create(BrokerServeClientTelemetry.MeterName) ?? new Meter(BrokerServeClientTelemetry.MeterName);
        _calls = _meter.CreateCounter<long>("brokerserve.client.calls", "{call}", "Calls that have ended, by endpoint and code.");
        _duration = _meter.CreateHistogram(
            "brokerserve.client.call.duration",
            "s",
            "Time from a call's begin to its end, by endpoint and code.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = DurationBounds });
        _dropped = _meter.CreateCounter<long>(
            "brokerserve.client.replies.dropped",
            "{reply}",
            "Replies that nobody waited for: late (or repeated), or naming no call of this client (unknown).");
        _meter.CreateObservableGauge(
            "brokerserve.client.calls.pending",
            () => new Measurement<int>(table.Pending, new KeyValuePair<string, object?>("client", clientId)),
            "{call}",
            "Calls under way.");
    }

    /// <summary>A timestamp to hand to <see cref="CallEnded"/>, or 0 when nobody listens.</summary>
    public long Start() => _duration.Enabled ? Stopwatch.GetTimestamp() : 0;

    /// <summary>Counts a call that has ended.</summary>
    public void CallEnded(string endpoint, ReplyStatus status, long started)
    {
        if (_calls.Enabled || started != 0)
        {
            CallEndedCore(endpoint, status, started);
        }
    }

    /// <summary>Counts a reply that nobody waited for.</summary>
    public void ReplyDropped(string reason)
    {
        if (_dropped.Enabled)
        {
            _dropped.Add(1, new KeyValuePair<string, object?>("reason", reason));
        }
    }

    public void Dispose() => _meter.Dispose();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void CallEndedCore(string endpoint, ReplyStatus status, long started)
    {
        var byEndpoint = new KeyValuePair<string, object?>("endpoint", endpoint);
        var byCode = new KeyValuePair<string, object?>(TelemetryWords.Code, status.Name());
        _calls.Add(1, byEndpoint, byCode);
        if (started != 0)
        {
            _duration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, byEndpoint, byCode);
        }
    }
}
