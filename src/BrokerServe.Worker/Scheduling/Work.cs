using BrokerServe.Worker.Handlers;
using BrokerServe.Worker.Running;

namespace BrokerServe.Worker.Scheduling;

/// <summary>What goes through the gate and runs as one: a query alone, or a batch.</summary>
/// <remarks>
/// It stands in the <see cref="WaitingLine"/> by links of its own, so that leaving from the middle costs nothing, and it is its own work
/// item for the thread pool, so that starting it allocates nothing.
/// </remarks>
internal abstract class Work : IThreadPoolWorkItem
{
    private QueryRunner? _runner;

    public abstract QueryHandler Handler { get; }

    public Work? Previous { get; set; }

    public Work? Next { get; set; }

    public bool IsInLine { get; set; }

    /// <summary>Starts its handler on a thread of the pool.</summary>
    public void Start(QueryRunner runner)
    {
        _runner = runner;
        runner.Motion?.Begin();
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Fires its handler's token. Runs the author's callbacks, so never on the replica's loop.</summary>
    public abstract void Cancel();

    // Not forgotten: every run ends with mail to the replica's loop, which counts it at the gate until then.
    void IThreadPoolWorkItem.Execute()
    {
        _ = _runner!.RunAsync(this);
        _runner.Motion?.End(); // It has ended, or waits for something.
    }
}
