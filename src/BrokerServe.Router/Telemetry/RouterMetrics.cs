using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using BrokerServe.Protocol;
using BrokerServe.Router.Dispatch;

namespace BrokerServe.Router.Telemetry;

/// <summary>What the router counts and times. The README lists the instruments beside the names that Ray Serve used.</summary>
/// <remarks>Any thread. An instrument that nobody listens to costs one branch.</remarks>
internal sealed class RouterMetrics : IDisposable
{
    private static readonly InstrumentAdvice<double> Seconds = new() { HistogramBucketBoundaries = MessagingMetrics.DurationBounds };

    private readonly Meter _meter;
    private readonly Counter<long> _requests;
    private readonly Counter<long> _errors;
    private readonly Counter<long> _handlerErrors;
    private readonly Counter<long> _undeliverable;
    private readonly Counter<long> _malformed;
    private readonly Histogram<double> _inBacklog;
    private readonly Histogram<double> _atReplica;
    private readonly Histogram<double> _whole;
    private readonly MessagingMetrics _messaging;

    public RouterMetrics(IMeterFactory? meters)
    {
        _meter = meters?.Create(BrokerServeRouterTelemetry.MeterName) ?? new Meter(BrokerServeRouterTelemetry.MeterName);
        _requests = _meter.CreateCounter<long>(
            "brokerserve.router.requests", "{request}", "Requests that the router took in, by endpoint. Shadow copies are not counted.");
        _errors = _meter.CreateCounter<long>(
            "brokerserve.router.errors", "{request}", "Requests that ended otherwise than ok, by endpoint and code.");
        _handlerErrors = _meter.CreateCounter<long>(
            "brokerserve.router.handler_errors", "{query}", "Queries whose handler failed, by backend.");
        _undeliverable = _meter.CreateCounter<long>(
            "brokerserve.router.replies.undeliverable", "{reply}", "Replies whose producer was gone, or whose queue refused them.");
        _malformed = _meter.CreateCounter<long>(
            "brokerserve.router.malformed", "{message}", "Replies and announcements that could not be read, or named nothing here.");
        _inBacklog = _meter.CreateHistogram(
            "brokerserve.router.backlog.duration", "s", "Time from admission to dispatch, by backend.", advice: Seconds);
        _atReplica = _meter.CreateHistogram(
            "brokerserve.router.replica.duration", "s", "Time from dispatch to the replica's reply, by backend.", advice: Seconds);
        _whole = _meter.CreateHistogram(
            "brokerserve.router.request.duration", "s", "Time from admission to the answer, by endpoint.", advice: Seconds);
        _messaging = MessagingMetrics.OfProcessor(_meter);
    }

    /// <summary>Shows the gauges of every backend. They return to 0 when nothing is there.</summary>
    public void Observe(DispatchLoops loops)
    {
        _meter.CreateObservableGauge(
            "brokerserve.router.backlog", () => Each(loops, g => g.Queued), "{request}", "Requests that wait for a replica, by backend.");
        _meter.CreateObservableGauge(
            "brokerserve.router.in_flight", () => Each(loops, g => g.InFlight), "{query}", "Queries at replicas, by backend.");
        _meter.CreateObservableGauge(
            "brokerserve.router.credit", () => Each(loops, g => g.Credit), "{query}", "Queries that replicas would take at once, by backend.");
        _meter.CreateObservableGauge(
            "brokerserve.router.replicas", () => Each(loops, g => g.Replicas), "{replica}", "Replicas that serve, by backend.");
        _meter.CreateObservableCounter(
            "brokerserve.router.queries", () => Count(loops, c => c.Dispatched), "{query}", "Queries sent, every attempt counted, by backend.");
        _meter.CreateObservableCounter(
            "brokerserve.router.queries.reoffered", () => Count(loops, c => c.Reoffered), "{query}", "Attempts lost and offered again, by backend.");
        _meter.CreateObservableCounter(
            "brokerserve.router.replies.late", () => Count(loops, c => c.LateReplies), "{reply}", "Replies that nobody waited for any more, by backend.");
        _meter.CreateObservableCounter(
            "brokerserve.router.shadows.dropped", () => Count(loops, c => c.ShadowsDropped), "{request}", "Shadow copies without room, by backend.");
        _meter.CreateObservableCounter(
            "brokerserve.router.replicas.lost", () => Count(loops, c => c.ReplicasLost), "{replica}", "Replicas given up, by backend.");
        _meter.CreateObservableCounter(
            "brokerserve.router.failures", () => Count(loops, c => c.Failures), "{event}", "Defects caught in a dispatch loop, by backend.");
    }

    public void Admitted(string endpoint)
    {
        if (_requests.Enabled)
        {
            AddOne(_requests, "endpoint", endpoint);
        }

        _messaging.Count(endpoint);
    }

    /// <summary>A query left for a replica.</summary>
    public void Dispatched(Request request)
    {
        if (_inBacklog.Enabled)
        {
            Record(_inBacklog, request.SentUs - request.ArrivedUs, "backend", request.Backend);
        }
    }

    /// <summary>A request has its answer.</summary>
    public void Answered(Request request, long nowUs)
    {
        if (_whole.Enabled)
        {
            Record(_whole, nowUs - request.ArrivedUs, "endpoint", request.Endpoint);
        }

        _messaging.Took(request.Endpoint, request.Status, (nowUs - request.ArrivedUs) / 1e6);

        if (request.Status != ReplyStatus.Ok)
        {
            CountError(request);
        }
    }

    /// <summary>A replica has replied, to a request or to a copy.</summary>
    public void Replied(Request request, long nowUs)
    {
        if (_atReplica.Enabled)
        {
            Record(_atReplica, nowUs - request.SentUs, "backend", request.Backend);
        }
    }

    /// <summary>A message that could not be read.</summary>
    public void Malformed(string what) => _malformed.Add(1, new KeyValuePair<string, object?>("what", what));

    public void Undeliverable() => _undeliverable.Add(1);

    public void Dispose() => _meter.Dispose();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void CountError(Request request)
    {
        _errors.Add(1, new("endpoint", request.Endpoint), new(TelemetryWords.Code, request.Status.Name()));
        if (request.Status == ReplyStatus.HandlerError)
        {
            _handlerErrors.Add(1, new KeyValuePair<string, object?>("backend", request.Backend));
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddOne(Counter<long> counter, string tag, string value) =>
        counter.Add(1, new KeyValuePair<string, object?>(tag, value));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Record(Histogram<double> histogram, long microseconds, string tag, string value) =>
        histogram.Record(microseconds / 1e6, new KeyValuePair<string, object?>(tag, value));

    private static IEnumerable<Measurement<long>> Count(DispatchLoops loops, Func<DispatchCounters, long> read)
    {
        foreach (var loop in loops.All)
        {
            yield return new Measurement<long>(read(loop.Counters), new KeyValuePair<string, object?>("backend", loop.Backend));
        }
    }

    private static IEnumerable<Measurement<int>> Each(DispatchLoops loops, Func<BackendGauges, int> read)
    {
        foreach (var loop in loops.All)
        {
            yield return new Measurement<int>(read(loop.Gauges), new KeyValuePair<string, object?>("backend", loop.Backend));
        }
    }
}
