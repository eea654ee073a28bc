using System.Threading.Tasks.Sources;

namespace BrokerServe.Client.Publishing;

/// <summary>Many writers, one reader: the reader takes everything at once, so that a batch forms by itself while it is busy.</summary>
/// <remarks>
/// A writer does one compare-and-swap, and wakes the reader only when it sleeps: at the end of the thread pool's queue, so that callers who
/// are ready to call are heard first and travel in the same message. Nothing is allocated: mails are linked through
/// themselves, so a mail may be in the box once at a time. Bound: the slots of the <see cref="Calls.CallTable"/>, plus one
/// <see cref="CancelMail"/> per call that was given up since the reader last came.
/// </remarks>
internal sealed class Mailbox : IValueTaskSource, IThreadPoolWorkItem
{
    private ManualResetValueTaskSourceCore<bool> _wake; // Completed by Execute, which runs the reader itself.
    private Mail? _newest;
    private int _nudged;
    private int _asleep; // 1 while the reader waits for _wake, which exactly one other thread may complete then.

    /// <summary>Adds a mail. Any thread; never blocks.</summary>
    public void Post(Mail mail)
    {
        Mail? newest;
        do
        {
            newest = Volatile.Read(ref _newest);
            mail.Older = newest;
        }
        while (Interlocked.CompareExchange(ref _newest, mail, newest) != newest);

        Wake();
    }

    /// <summary>Wakes the reader without a mail, because something else changed that it looks at. Any thread.</summary>
    public void Nudge()
    {
        Interlocked.Exchange(ref _nudged, 1);
        Wake();
    }

    /// <summary>The reader has looked at everything and sleeps. For tests.</summary>
    public bool IsQuiet => Volatile.Read(ref _asleep) == 1 && !HasNews();

    /// <summary>Grows whenever the reader goes to sleep.</summary>
    public short Sleeps => _wake.Version;

    /// <summary>Completes when there is mail, or a nudge. For the reader alone, one at a time.</summary>
    public ValueTask WaitAsync()
    {
        if (HasNews())
        {
            return default;
        }

        _wake.Reset();

        // The exchange is a full fence between "I sleep" and the second look: a writer that posted before it is seen here, one that
        // posts after it sees the sleeper. Either way nobody waits on mail that is there.
        Interlocked.Exchange(ref _asleep, 1);
        return HasNews() && Interlocked.Exchange(ref _asleep, 0) == 1 ? default : new ValueTask(this, _wake.Version);
    }

    /// <summary>Forgets the nudge that <see cref="WaitAsync"/> completed for. For the reader alone, before it looks at what may have
    /// changed: a full fence, so that a change that this look misses brings a nudge of its own.</summary>
    public void TakeNudge() => Interlocked.Exchange(ref _nudged, 0);

    /// <summary>Takes all mail, oldest first. For the reader alone.</summary>
    public Mail? TakeAll()
    {
        var newest = Interlocked.Exchange(ref _newest, null);

        // Turn the stack round: the links now lead from older to newer.
        Mail? first = null;
        while (newest is not null)
        {
            var older = newest.Older;
            newest.Older = first;
            first = newest;
            newest = older;
        }

        return first;
    }

    void IThreadPoolWorkItem.Execute() => _wake.SetResult(true);

    void IValueTaskSource.GetResult(short token) => _wake.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _wake.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wake.OnCompleted(continuation, state, token, flags);

    private bool HasNews() => Volatile.Read(ref _newest) is not null || Volatile.Read(ref _nudged) == 1;

    private void Wake()
    {
        // Both callers come out of an interlocked operation, a full fence: see WaitAsync. The plain read first keeps the busy case cheap.
        if (Volatile.Read(ref _asleep) == 1 && Interlocked.Exchange(ref _asleep, 0) == 1)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }
}
