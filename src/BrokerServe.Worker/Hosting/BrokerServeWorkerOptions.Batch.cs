using BrokerServe.Worker.Handlers;

namespace BrokerServe.Worker;

public sealed partial class BrokerServeWorkerOptions
{
    /// <summary>Answers calls that name no method, several at a time.</summary>
    /// <inheritdoc cref="HandleBatch{TRequest,TReply}(string,Func{QueryBatch{TRequest},CancellationToken,IEnumerable{TReply}},int?,TimeSpan?)"/>
    public BrokerServeWorkerOptions HandleBatch<TRequest, TReply>(
        Func<QueryBatch<TRequest>, CancellationToken, IEnumerable<TReply>> handler,
        int? maxBatchSize = null,
        TimeSpan? batchWaitTimeout = null) =>
        HandleBatch(CallMethodAttribute.Default, handler, maxBatchSize, batchWaitTimeout);

    /// <summary>Answers calls of a method, several at a time.</summary>
    /// <param name="method">The call method, 1 to 255 bytes of UTF-8; a batch never mixes methods.</param>
    /// <param name="handler">
    /// Runs on a thread of the pool. Returns exactly one result for each request, in order. An exception, or another number of results, fails
    /// every member; a request that cannot be read fails alone, and is not in the batch. The token fires when nobody waits for any of them;
    /// <see cref="QueryBatch{TRequest}.Queries"/> has one for each.
    /// </param>
    /// <param name="maxBatchSize">
    /// Most queries in one call, 1 to <see cref="MaxConcurrentQueries"/>; null: <see cref="MaxBatchSize"/>. Checked when the host starts.
    /// </param>
    /// <param name="batchWaitTimeout">
    /// How long the first query waits for others, 0 to 60 s; null: <see cref="BatchWaitTimeout"/>. Checked when the host starts.
    /// </param>
    /// <returns>The same options.</returns>
    /// <exception cref="ArgumentException">The method has no name or one that is too long, or has a handler already.</exception>
    public BrokerServeWorkerOptions HandleBatch<TRequest, TReply>(
        string method,
        Func<QueryBatch<TRequest>, CancellationToken, IEnumerable<TReply>> handler,
        int? maxBatchSize = null,
        TimeSpan? batchWaitTimeout = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Batch<TRequest, TReply>(
            method, (batch, cancellation) => new ValueTask<IEnumerable<TReply>>(handler(batch, cancellation)), maxBatchSize, batchWaitTimeout);
    }

    /// <summary>Answers calls that name no method, several at a time.</summary>
    /// <inheritdoc cref="HandleBatch{TRequest,TReply}(string,Func{QueryBatch{TRequest},CancellationToken,IEnumerable{TReply}},int?,TimeSpan?)"/>
    public BrokerServeWorkerOptions HandleBatch<TRequest, TReply>(
        Func<QueryBatch<TRequest>, CancellationToken, Task<IEnumerable<TReply>>> handler,
        int? maxBatchSize = null,
        TimeSpan? batchWaitTimeout = null) =>
        HandleBatch(CallMethodAttribute.Default, handler, maxBatchSize, batchWaitTimeout);

    /// <inheritdoc cref="HandleBatch{TRequest,TReply}(string,Func{QueryBatch{TRequest},CancellationToken,IEnumerable{TReply}},int?,TimeSpan?)"/>
    public BrokerServeWorkerOptions HandleBatch<TRequest, TReply>(
        string method,
        Func<QueryBatch<TRequest>, CancellationToken, Task<IEnumerable<TReply>>> handler,
        int? maxBatchSize = null,
        TimeSpan? batchWaitTimeout = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Batch<TRequest, TReply>(
            method, (batch, cancellation) => new ValueTask<IEnumerable<TReply>>(handler(batch, cancellation)), maxBatchSize, batchWaitTimeout);
    }

    /// <summary>Answers calls of a method, several at a time, with bytes that nobody else reads.</summary>
    /// <inheritdoc cref="HandleBatch{TRequest,TReply}(string,Func{QueryBatch{TRequest},CancellationToken,IEnumerable{TReply}},int?,TimeSpan?)"/>
    public BrokerServeWorkerOptions HandleRawBatch(
        string method,
        Func<QueryBatch<ReadOnlyMemory<byte>>, CancellationToken, Task<IEnumerable<ReplyPayload>>> handler,
        int? maxBatchSize = null,
        TimeSpan? batchWaitTimeout = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        var call = new BatchCall<ReadOnlyMemory<byte>, ReplyPayload>(
            query => query.Payload,
            (batch, cancellation) => new ValueTask<IEnumerable<ReplyPayload>>(handler(batch, cancellation)),
            (_, reply) => reply);
        return Add(new BatchHandler(method, call.RunAsync) { MaxBatchSize = maxBatchSize, BatchWaitTimeout = batchWaitTimeout });
    }

    private BrokerServeWorkerOptions Batch<TRequest, TReply>(
        string method,
        Func<QueryBatch<TRequest>, CancellationToken, ValueTask<IEnumerable<TReply>>> handler,
        int? maxBatchSize,
        TimeSpan? batchWaitTimeout)
    {
        var call = new BatchCall<TRequest, TReply>(
            query => query.Read<TRequest>(), handler, (query, reply) => query.Reply(reply));
        return Add(new BatchHandler(method, call.RunAsync) { MaxBatchSize = maxBatchSize, BatchWaitTimeout = batchWaitTimeout });
    }
}
