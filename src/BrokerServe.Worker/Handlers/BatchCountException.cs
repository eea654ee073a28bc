namespace BrokerServe.Worker.Handlers;

/// <summary>A batch handler returned another number of results than it got queries: nobody can tell which belongs to which.</summary>
internal sealed class BatchCountException(int results, int queries)
    : Exception($"The batch handler returned {results} results for {queries} queries; exactly one per query is due, in order.");
