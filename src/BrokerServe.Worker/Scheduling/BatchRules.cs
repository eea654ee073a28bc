using BrokerServe.Worker.Handlers;

namespace BrokerServe.Worker.Scheduling;

/// <summary>
/// How large a batch may be and how long it waits: the operator's word first, then the method's own, then the worker's.
/// </summary>
internal sealed class BatchRules(int workerSize, TimeSpan workerWait)
{
    private int? _size;
    private int? _waitMs;

    /// <summary>Takes over the operator's settings; null leaves it to the worker.</summary>
    public void Configure(int? maxBatchSize, int? batchWaitTimeoutMs)
    {
        _size = maxBatchSize;
        _waitMs = batchWaitTimeoutMs;
    }

    public int SizeOf(BatchHandler handler) => Math.Max(1, _size ?? handler.MaxBatchSize ?? workerSize);

    public long WaitMsOf(BatchHandler handler) =>
        Math.Max(0, _waitMs ?? (long)(handler.BatchWaitTimeout ?? workerWait).TotalMilliseconds);
}
