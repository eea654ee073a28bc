using System.Diagnostics.CodeAnalysis;
using System.Threading.Tasks.Sources;

namespace BrokerServe.Router.Mailboxes;

/// <summary>A queue with many writers, and one reader who sleeps while it is empty.</summary>
/// <remarks>
/// Neither posting nor taking takes a lock of ours; while the reader is awake a post is one atomic exchange, one store and one load.
/// A reader that slept takes its turn at the end of the thread pool's queue, behind whatever is ready to run: what that work posts is taken
/// in the same turn, and travels in the same message. Nothing waits for a clock, and where nothing else is ready the reader runs at once, or
/// when the <see cref="HeldWakes"/> of the thread that wakes it are let go.
/// The mailbox itself has no bound: each use says what bounds it (prefetch, slots, frame credit).
/// </remarks>
/// <typeparam name="T">What is posted.</typeparam>
internal sealed class Mailbox<T> : IValueTaskSource<bool>, IThreadPoolWorkItem
    where T : MailboxNode
{
    private readonly MpscQueue<T> _queue = new();
    private ManualResetValueTaskSourceCore<bool> _wake; // Completed by Execute, which runs the reader itself.
    private int _asleep;
    private volatile bool _completed;
    private int _nudged;

    /// <summary>Adds a node and wakes the reader when it sleeps. Any thread.</summary>
    public void Post(T node)
    {
        _queue.Post(node);

        // The exchange inside Post is a full fence: either the reader, who sets _asleep before it looks at the queue, sees the node,
        // or this load sees _asleep.
        if (Volatile.Read(ref _asleep) == 1)
        {
            Wake();
        }
    }

    /// <summary>Nothing was posted that was not taken. For the reader.</summary>
    public bool IsEmpty => _queue.IsEmpty;

    /// <summary>Takes the oldest node. For the reader.</summary>
    public bool TryTake([NotNullWhen(true)] out T? node) => _queue.TryTake(out node);

    /// <summary>The reader has taken everything and sleeps. Any thread.</summary>
    /// <param name="sleeps">What is added grows whenever the reader goes to sleep.</param>
    public bool IsQuiet(ref long sleeps)
    {
        sleeps += _wake.Version;
        return Volatile.Read(ref _asleep) == 1 && !HasNews;
    }

    /// <summary>Waits for something to take. For the reader; awaited once per call.</summary>
    /// <returns>False when the mailbox was completed and is empty. True also, with nothing to take, after a <see cref="Nudge"/>.</returns>
    public ValueTask<bool> WaitAsync()
    {
        if (!_queue.IsEmpty)
        {
            return new ValueTask<bool>(true);
        }

        _wake.Reset();

        // Full fence: sleeping is announced before the queue is looked at again; otherwise a post between the look above and the
        // announcement would wake nobody.
        Interlocked.Exchange(ref _asleep, 1);
        if (HasNews && Interlocked.Exchange(ref _asleep, 0) == 1)
        {
            return new ValueTask<bool>(Result());
        }

        return new ValueTask<bool>(this, _wake.Version);
    }

    /// <summary>No more will be posted; the reader ends when it has taken what is there.</summary>
    public void Complete()
    {
        _completed = true;
        Wake();
    }

    /// <summary>Wakes the reader without mail, now or when it would next sleep, so that it looks at what else has changed. Any thread.</summary>
    public void Nudge()
    {
        // A full fence before the look at _asleep in Wake: the reader sees the nudge, or is seen asleep.
        Interlocked.Exchange(ref _nudged, 1);
        Wake();
    }

    void IThreadPoolWorkItem.Execute() => _wake.SetResult(true);

    bool IValueTaskSource<bool>.GetResult(short token)
    {
        _wake.GetResult(token);
        return Result();
    }

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _wake.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wake.OnCompleted(continuation, state, token, flags);

    private bool HasNews => _completed || Volatile.Read(ref _nudged) == 1 || !_queue.IsEmpty;

    private bool Result()
    {
        // Full fence: whatever the reader looks at next, it looks at after this; otherwise a nudge that comes in between, for something
        // that the reader read too early, would be wiped out.
        Interlocked.Exchange(ref _nudged, 0);
        return !_completed || !_queue.IsEmpty;
    }

    private void Wake()
    {
        // Of several writers that find the reader asleep, one wakes it.
        if (Interlocked.Exchange(ref _asleep, 0) == 1 && !HeldWakes.TryHold(this))
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }
}
