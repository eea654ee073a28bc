using BrokerServe.Protocol.Frames;
using BrokerServe.Transport.Buffers;
using BrokerServe.Worker.Payloads;
using BrokerServe.Worker.Running;
using BrokerServe.Worker.Scheduling;
using BrokerServe.Worker.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BrokerServe.Worker.Handlers;

/// <summary>What all queries of one replica have in common.</summary>
internal sealed class QueryEnvironment(
    string backend, PayloadCodec codec, IServiceScopeFactory scopes, WorkerClock clock, WorkerMetrics metrics, ILogger logger)
{
    public string Backend => backend;

    public PayloadCodec Codec => codec;

    public IServiceScopeFactory Scopes => scopes;

    public WorkerClock Clock => clock;

    public WorkerMetrics Metrics => metrics;

    public ILogger Logger => logger;

    /// <summary>For the replica's loop alone.</summary>
    public TextCache Texts { get; } = new();

    /// <summary>Makes the handler's view of a query. For the replica's loop alone.</summary>
    public QueryContext Open(
        in QueryView view, string method, string replica, in Moment received, long deadlineMs) =>
        new(this, view, method, replica, received, deadlineMs);
}
