namespace BrokerServe.Worker;

/// <summary>A handler class that serves the default call method, without an attribute.</summary>
/// <typeparam name="TRequest">What the payload is read as.</typeparam>
/// <typeparam name="TReply">What is written as the reply's payload.</typeparam>
public interface IHandler<TRequest, TReply>
{
    /// <summary>Answers one query. Begins on a thread of the pool; an object that serves several queries is called by many at once.</summary>
    /// <param name="request">The payload.</param>
    /// <param name="query">Everything else about the query.</param>
    /// <param name="cancellationToken">Fires at the deadline, when the caller has given up, when the worker stops or loses its connection.</param>
    /// <returns>What is written as the reply's payload.</returns>
    /// <exception cref="QueryException">The caller gets its code; any other exception is <c>handler_error</c>.</exception>
    ValueTask<TReply> HandleAsync(TRequest request, QueryContext query, CancellationToken cancellationToken);
}
