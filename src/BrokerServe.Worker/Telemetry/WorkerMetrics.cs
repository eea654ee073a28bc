using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using BrokerServe.Protocol;
using BrokerServe.Worker.Replicas;
using BrokerServe.Worker.Scheduling;

namespace BrokerServe.Worker.Telemetry;

/// <summary>What workers count and time. One per process, for every backend in it.</summary>
/// <remarks>Any thread. An instrument that nobody listens to costs one branch.</remarks>
internal sealed class WorkerMetrics : IDisposable
{
    /// <summary>Stands for every method that the backend does not have: what callers make up must not make new time series.</summary>
    private const string UnknownMethod = "_unknown";

    private readonly Meter _meter;
    private readonly Counter<long> _queries;
    private readonly Counter<long> _discarded;
    private readonly Counter<long> _returned;
    private readonly Counter<long> _repeated;
    private readonly Histogram<double> _duration;
    private readonly MessagingMetrics _messaging;
    private readonly List<ReplicaLoop> _loops = [];

    public WorkerMetrics(IMeterFactory? meters = null)
    {
        _meter = meters?.Create(BrokerServeWorkerTelemetry.MeterName) ?? new Meter(BrokerServeWorkerTelemetry.MeterName);
        _queries = _meter.CreateCounter<long>(
            "brokerserve.worker.queries", "{query}", "Queries answered, by backend, method and code.");
        _discarded = _meter.CreateCounter<long>(
            "brokerserve.worker.discarded", "{message}", "Queries and messages dropped without an answer, by backend and reason.");
        _returned = _meter.CreateCounter<long>(
            "brokerserve.worker.replies.returned", "{message}", "Reply messages whose router was gone, by backend.");
        _repeated = _meter.CreateCounter<long>(
            "brokerserve.worker.replies.repeated", "{reply}", "Queries answered with the reply of an earlier run, by backend and method.");
        _duration = _meter.CreateHistogram(
            "brokerserve.worker.handler.duration", "s", "Time a handler took, by backend and method; once for a batch.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = MessagingMetrics.DurationBounds });
        _messaging = MessagingMetrics.OfProcessor(_meter);
        _meter.CreateObservableGauge("brokerserve.worker.held", Held, "{query}", "Queries taken and not answered, by backend and replica place.");
        _meter.CreateObservableGauge("brokerserve.worker.running", Running, "{query}", "Queries whose handlers run, by backend and replica place.");
    }

    public bool TimesHandlers => _duration.Enabled || _messaging.Enabled;

    /// <summary>Shows a replica's gauges. They return to 0 when it holds nothing.</summary>
    public void Observe(ReplicaLoop loop)
    {
        lock (_loops)
        {
            _loops.Add(loop);
        }
    }

    public void Answered(string backend, string? method, ReplyStatus status)
    {
        if (_queries.Enabled)
        {
            AnsweredCore(backend, method, status);
        }

        _messaging.Count(backend);
    }

    public void Discarded(string backend, DiscardReason reason)
    {
        if (_discarded.Enabled)
        {
            DiscardedCore(backend, reason);
        }
    }

    public void Returned(string backend)
    {
        if (_returned.Enabled)
        {
            _returned.Add(1, new KeyValuePair<string, object?>("backend", backend));
        }
    }

    public void Repeated(string backend, string method)
    {
        if (_repeated.Enabled)
        {
            _repeated.Add(1, new KeyValuePair<string, object?>("backend", backend), new KeyValuePair<string, object?>("method", method));
        }
    }

    /// <summary>Asked only where <see cref="TimesHandlers"/> is true.</summary>
    /// <param name="backend">The backend.</param>
    /// <param name="method">The handler's method.</param>
    /// <param name="status">How it ended; of a batch ok.</param>
    /// <param name="time">How long it took.</param>
    public void HandlerTook(string backend, string method, ReplyStatus status, TimeSpan time)
    {
        _duration.Record(
            time.TotalSeconds,
            new KeyValuePair<string, object?>("backend", backend),
            new KeyValuePair<string, object?>("method", method));
        _messaging.Took(backend, status, time.TotalSeconds);
    }

    public void Dispose() => _meter.Dispose();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AnsweredCore(string backend, string? method, ReplyStatus status) => _queries.Add(
        1,
        new KeyValuePair<string, object?>("backend", backend),
        new KeyValuePair<string, object?>("method", method ?? UnknownMethod),
        new KeyValuePair<string, object?>(TelemetryWords.Code, status.Name()));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void DiscardedCore(string backend, DiscardReason reason) => _discarded.Add(
        1,
        new KeyValuePair<string, object?>("backend", backend),
        new KeyValuePair<string, object?>("reason", reason switch
        {
            DiscardReason.Duplicate => "duplicate",
            DiscardReason.Stale => "stale",
            DiscardReason.Malformed => "malformed",
            _ => "unknown_router",
        }));

    private List<Measurement<int>> Held() => Each(loop => loop.Held);

    private List<Measurement<int>> Running() => Each(loop => loop.Running);

    private List<Measurement<int>> Each(Func<ReplicaLoop, int> read)
    {
        lock (_loops)
        {
            return _loops.ConvertAll(loop => new Measurement<int>(
                read(loop),
                new KeyValuePair<string, object?>("backend", loop.Backend),
                new KeyValuePair<string, object?>("place", loop.Place)));
        }
    }
}
