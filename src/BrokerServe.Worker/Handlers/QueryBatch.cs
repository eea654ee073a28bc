using System.Collections;

namespace BrokerServe.Worker;

/// <summary>The requests of a batch, in order of arrival. One result is due for each, in the same order.</summary>
/// <remarks>Requests that could not be read are not among them: they were answered <c>bad_request</c>. Any thread.</remarks>
/// <typeparam name="TRequest">What payloads are read as.</typeparam>
public sealed class QueryBatch<TRequest> : IReadOnlyList<TRequest>
{
    private readonly IReadOnlyList<TRequest> _requests;

    internal QueryBatch(IReadOnlyList<TRequest> requests, IReadOnlyList<QueryContext> queries)
    {
        _requests = requests;
        Queries = queries;
    }

    /// <summary>Everything else about each query, at the same places. Each has a cancellation of its own.</summary>
    public IReadOnlyList<QueryContext> Queries { get; }

    /// <summary>How many results are due; 1 or more.</summary>
    public int Count => _requests.Count;

    /// <summary>One request.</summary>
    public TRequest this[int index] => _requests[index];

    /// <inheritdoc/>
    public IEnumerator<TRequest> GetEnumerator() => _requests.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
