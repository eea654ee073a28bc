namespace BrokerServe.Worker;

/// <summary>What answers a query: the next middleware, or behind the last one the handler. See <see cref="IQueryMiddleware"/>.</summary>
/// <param name="query">The query that was given to the middleware; no other can be passed on.</param>
/// <param name="cancellationToken">The handler's token: the one that the middleware got, or one that fires sooner.</param>
/// <returns>The reply's payload. Whatever is thrown becomes the caller's error, unless somebody on the way catches it.</returns>
public delegate ValueTask<ReplyPayload> QueryDelegate(QueryContext query, CancellationToken cancellationToken);
