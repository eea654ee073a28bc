namespace BrokerServe.Worker;

/// <summary>
/// Code around every handler of a worker: to measure, log or refuse queries, to answer some of them itself, to look at how they end.
/// </summary>
/// <remarks>
/// <para>Added by <see cref="BrokerServeWorkerOptions.Use{TMiddleware}"/>, and then resolved as handler classes are: from the scope of
/// services of each query, or made anew there and disposed afterwards.</para>
/// <para>It runs where the handler runs, on threads of the pool, and within the query's place of the limit, so what it waits for counts as the
/// handler's time. One object that serves several queries is called by many at once.</para>
/// </remarks>
/// <example><code>
/// public sealed class OnlyKnownTenants(Tenants tenants) : IQueryMiddleware
/// {
///     public async ValueTask&lt;ReplyPayload&gt; InvokeAsync(QueryContext query, QueryDelegate next, CancellationToken cancellationToken)
///     {
///         if (!query.Metadata.TryGetValue("tenant", out var tenant) || !await tenants.KnowsAsync(tenant, cancellationToken))
///         {
///             throw new BadRequestException("Say in the metadata which tenant you are.");
///         }
///
///         return await next(query, cancellationToken);
///     }
/// }
/// </code></example>
public interface IQueryMiddleware
{
    /// <summary>Takes one query on its way to the handler, and its reply or failure on the way back.</summary>
    /// <param name="query">Everything that the handler can know of the query; the payload may be kept as there.</param>
    /// <param name="next">
    /// Goes on. Not called: the handler does not run, and what this returns or throws is the outcome. Called again: the handler runs again.
    /// </param>
    /// <param name="cancellationToken">Fires when nobody waits for the query any more, and when the worker stops or loses its connection.</param>
    /// <returns>The reply's payload: what <paramref name="next"/> returned, or another.</returns>
    /// <exception cref="QueryException">The caller gets its code; any other exception is <c>handler_error</c>.</exception>
    ValueTask<ReplyPayload> InvokeAsync(QueryContext query, QueryDelegate next, CancellationToken cancellationToken);
}
