namespace BrokerServe.Worker;

/// <summary>A handler class that serves the default call method, without an attribute.</summary>
/// <typeparam name="TRequest">What the payload is read as.</typeparam>
/// <typeparam name="TReply">What is written as the reply's payload.</typeparam>
public interface IHandler<TRequest, TReply>
{
    /// <summary>Answers one query.</summary>
    /// <param name="request">The payload.</param>
    /// <param name="query">Everything else about the query.</param>
    /// <param name="cancellationToken">Fires at the deadline, and when the caller has given up.</param>
    ValueTask<TReply> HandleAsync(TRequest request, QueryContext query, CancellationToken cancellationToken);
}
