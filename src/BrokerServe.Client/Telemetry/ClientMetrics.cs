using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using BrokerServe.Client.Calls;
using BrokerServe.Protocol;

namespace BrokerServe.Client.Telemetry;

/// <summary>The meter <c>BrokerServe.Client</c>.</summary>
internal sealed class ClientMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly Counter<long> _calls;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _dropped;
    private readonly MessagingMetrics _messaging;

    public ClientMetrics(IMeterFactory? factory, CallTable table, string clientId)
    {
        _meter = factory?.Create(BrokerServeClientTelemetry.MeterName) ?? new Meter(BrokerServeClientTelemetry.MeterName);
        _calls = _meter.CreateCounter<long>("brokerserve.client.calls", "{call}", "Calls that have ended, by endpoint and code.");
        _duration = _meter.CreateHistogram(
            "brokerserve.client.call.duration",
            "s",
            "Time from a call's begin to its end, by endpoint and code.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = MessagingMetrics.DurationBounds });
        _messaging = MessagingMetrics.OfSender(_meter);
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
    public long Start() => _duration.Enabled || _messaging.Enabled ? Stopwatch.GetTimestamp() : 0;

    /// <summary>Counts a call that has ended; one that was not opened was never to be sent.</summary>
    public void CallEnded(string endpoint, ReplyStatus status, long started, bool opened)
    {
        if (_calls.Enabled || started != 0)
        {
            CallEndedCore(endpoint, status, started, opened);
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
    private void CallEndedCore(string endpoint, ReplyStatus status, long started, bool opened)
    {
        var byEndpoint = new KeyValuePair<string, object?>("endpoint", endpoint);
        var byCode = new KeyValuePair<string, object?>(TelemetryWords.Code, status.Name());
        _calls.Add(1, byEndpoint, byCode);
        if (opened && status != ReplyStatus.Unavailable)
        {
            _messaging.Count(endpoint);
        }

        if (started != 0)
        {
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            _duration.Record(seconds, byEndpoint, byCode);
            _messaging.Took(endpoint, status, seconds);
        }
    }
}
