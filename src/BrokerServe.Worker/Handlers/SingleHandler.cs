using BrokerServe.Worker.Middleware;

namespace BrokerServe.Worker.Handlers;

/// <summary>A handler that takes one query at a time; as many run at once as the gate lets in.</summary>
internal sealed class SingleHandler(string method, Func<QueryContext, CancellationToken, ValueTask<ReplyPayload>> invoke)
    : QueryHandler(method)
{
    public ValueTask<ReplyPayload> InvokeAsync(QueryContext query) => invoke(query, query.Cancellation);

    /// <summary>The same handler behind middleware.</summary>
    public SingleHandler Behind(MiddlewareChain middleware) => new(Method, middleware.Before(invoke.Invoke).Invoke);
}
