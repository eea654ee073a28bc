using BrokerServe.Worker.Running;

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

    public ValueTask<IReadOnlyList<MemberReply>> InvokeAsync(IReadOnlyList<QueryContext> queries, CancellationToken cancellation) =>
        invoke(queries, cancellation);
}
