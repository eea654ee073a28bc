using System.Threading.Tasks.Sources;

namespace BrokerServe.Transport.Supervision;

/// <summary>Wakes one waiting loop from any thread. Wakes that come while the loop is awake are remembered as one.</summary>
/// <remarks>
/// Allocates nothing: this object is what goes to the thread pool, at the end of its queue. The loop never runs on the thread of the one who
/// wakes it, which has work of its own, and finds what was ready before it done: acks, for one, then go in company.
/// </remarks>
internal sealed class WakeSignal : IValueTaskSource, IThreadPoolWorkItem
{
    private const int Idle = 0;
    private const int Waiting = 1;
    private const int Woken = 2;

    private ManualResetValueTaskSourceCore<bool> _core; // Completed by Execute, which runs the loop itself.
    private int _state;

    /// <summary>Wakes the loop. Whatever was written before is seen by the loop after it woke.</summary>
    public void Wake()
    {
        // The exchange is a full fence between the work just written and the state read here. The loop has one between its state
        // and its look at the work. So either this sees Waiting, or the loop sees the work: a wake cannot fall between the two.
        if (Interlocked.Exchange(ref _state, Woken) == Waiting)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>Waits for a wake, or takes one that came already. For one waiter, which then looks at all its work.</summary>
    public ValueTask WaitAsync()
    {
        if (Interlocked.CompareExchange(ref _state, Idle, Woken) == Woken)
        {
            return ValueTask.CompletedTask;
        }

        _core.Reset();
        if (Interlocked.CompareExchange(ref _state, Waiting, Idle) == Idle)
        {
            return new ValueTask(this, _core.Version);
        }

        // Woken in between.
        Interlocked.Exchange(ref _state, Idle);
        return ValueTask.CompletedTask;
    }

    void IThreadPoolWorkItem.Execute() => _core.SetResult(true);

    void IValueTaskSource.GetResult(short token)
    {
        _core.GetResult(token);

        // Idle before the loop looks at its work: a wake that comes during the look is kept for the next wait.
        Interlocked.Exchange(ref _state, Idle);
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
