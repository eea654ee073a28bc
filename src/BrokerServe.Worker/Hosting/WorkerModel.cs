using BrokerServe.Protocol;
using BrokerServe.Transport.Supervision;
using BrokerServe.Worker.Handlers;
using BrokerServe.Worker.Middleware;
using BrokerServe.Worker.Payloads;

namespace BrokerServe.Worker;

/// <summary>The immutable reading of <see cref="BrokerServeWorkerOptions"/>.</summary>
internal sealed class WorkerModel(string backend, BrokerServeWorkerOptions options)
{
    public string Backend => backend;

    public int Replicas { get; } = options.Replicas;

    public int MaxConcurrentQueries { get; } = options.MaxConcurrentQueries;

    /// <summary>What a replica announces as its limit: what it runs, and what waits there for a place.</summary>
    public int AnnouncedLimit { get; } = options.MaxConcurrentQueries + options.QueriesAhead;

    public int MaxBatchSize { get; } = options.MaxBatchSize ?? options.MaxConcurrentQueries;

    public TimeSpan BatchWaitTimeout { get; } = options.BatchWaitTimeout;

    public TimeSpan GracePeriod { get; } = options.GracePeriod;

    public ReconnectOptions Reconnect { get; } = options.Reconnect;

    public ObjectNames Names { get; } = new(options.Prefix);

    public HandlerTable Handlers { get; } = new(backend, new MiddlewareChain(options.Middleware).Around(options.Handlers));

    public PayloadCodec Codec { get; } = new([.. options.Serializers]);

    public Func<string, CancellationToken, Task>? Reconfigure { get; } = options.Reconfigure;
}
