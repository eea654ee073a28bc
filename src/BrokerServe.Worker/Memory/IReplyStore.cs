namespace BrokerServe.Worker;

/// <summary>Keeps replies where more than one process finds them, such as in a database. See <see cref="ReplyMemoryOptions.Store"/>.</summary>
/// <remarks>
/// <para>It is asked when the process itself does not remember, before the handler runs, and told before the reply is sent. How long it keeps
/// replies, and how many, is its own business; no attempt at a request begins after the request's deadline.</para>
/// <para>Two processes may both find nothing and both run the request: the store makes repetitions rare between processes, not impossible.
/// A store that fails is logged, and the query is handled as if it had found or kept nothing. Any thread, several calls at once.</para>
/// </remarks>
public interface IReplyStore
{
    /// <summary>Finds a reply.</summary>
    /// <param name="key">The request.</param>
    /// <param name="cancellationToken">Fires when nobody waits for the query any more.</param>
    /// <returns>What <see cref="KeepAsync"/> was given; null when there is nothing.</returns>
    ValueTask<ReplyPayload?> FindAsync(ReplyKey key, CancellationToken cancellationToken);

    /// <summary>Keeps a reply. The first of two for one request is as good as the second.</summary>
    /// <param name="key">The request.</param>
    /// <param name="reply">The reply; its bytes do not change.</param>
    /// <param name="cancellationToken">Fires when nobody waits for the query any more.</param>
    ValueTask KeepAsync(ReplyKey key, ReplyPayload reply, CancellationToken cancellationToken);
}
