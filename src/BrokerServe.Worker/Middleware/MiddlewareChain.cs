using BrokerServe.Worker.Handlers;

namespace BrokerServe.Worker.Middleware;

/// <summary>A worker's middleware, put around its handlers once, at start.</summary>
/// <param name="middleware">The first one is the outermost.</param>
internal sealed class MiddlewareChain(IReadOnlyList<Func<QueryDelegate, QueryDelegate>> middleware)
{
    /// <summary>The handlers with the middleware around each; without any, the handlers themselves.</summary>
    public IEnumerable<QueryHandler> Around(IEnumerable<QueryHandler> handlers) => middleware.Count == 0 ? handlers : handlers.Select(Around);

    /// <summary>The middleware before whatever answers in the end.</summary>
    public QueryDelegate Before(QueryDelegate last)
    {
        for (var i = middleware.Count - 1; i >= 0; i--)
        {
            last = middleware[i](last);
        }

        return last;
    }

    private QueryHandler Around(QueryHandler handler) => handler switch
    {
        SingleHandler single => single.Behind(this),
        BatchHandler batch => batch.Behind(this),
        _ => throw new InvalidOperationException($"Nobody knows how to put middleware around a {handler.GetType().Name}."),
    };
}
