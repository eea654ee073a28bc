using BrokerServe.Worker.Middleware;
using BrokerServe.Worker.Running;
using BrokerServe.Worker.Telemetry;

namespace BrokerServe.Worker.Handlers;

/// <summary>A handler that takes several queries in one call.</summary>
/// <param name="method">The call method.</param>
/// <param name="invoke">
/// Answers the members in order. A member that it cannot even read gets its outcome at once and is left out of what the author sees.
/// </param>
internal sealed class BatchHandler(
    string method, Func<IReadOnlyList<QueryContext>, CancellationToken, ValueTask<IReadOnlyList<MemberReply>>> invoke)
    : QueryHandler(method)
{
    /// <summary>The method's own size; null: the worker's.</summary>
    public int? MaxBatchSize { get; init; }

    /// <summary>The method's own wait; null: the worker's.</summary>
    public TimeSpan? BatchWaitTimeout { get; init; }

    private MiddlewareChain? Middleware { get; init; }

    /// <summary>Answers a batch.</summary>
    /// <param name="queries">Its members.</param>
    /// <param name="spans">Their spans; null when nobody traces.</param>
    /// <param name="cancellation">Fires when nobody waits for any of them.</param>
    public ValueTask<IReadOnlyList<MemberReply>> InvokeAsync(
        IReadOnlyList<QueryContext> queries, BatchSpans? spans, CancellationToken cancellation) =>
        Middleware is null ? invoke(queries, cancellation) : new BatchPassage(Middleware, queries, invoke, spans).RunAsync(cancellation);

    /// <summary>The same handler behind middleware, through which members come one by one.</summary>
    public BatchHandler Behind(MiddlewareChain middleware) =>
        new(Method, invoke) { MaxBatchSize = MaxBatchSize, BatchWaitTimeout = BatchWaitTimeout, Middleware = middleware };
}
