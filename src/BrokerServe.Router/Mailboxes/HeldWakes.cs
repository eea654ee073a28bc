using System.Diagnostics;

namespace BrokerServe.Router.Mailboxes;

/// <summary>While one is open, its thread wakes no mailbox's reader; when it is disposed of, it wakes all whom it would have woken.</summary>
/// <remarks>
/// A reader on another processor is quicker than who takes a frame apart: it would take the members one by one and send them so. Woken behind the
/// last, it finds all of them, and they travel in company. Everybody takes a reader whose wake is held for awake, so all who post to it wait for
/// this thread: what is done meanwhile is short, and waits for nobody. Allocates nothing once a thread has held as many as it ever does.
/// </remarks>
internal readonly ref struct HeldWakes
{
    [ThreadStatic]
    private static int t_open;

    [ThreadStatic]
    private static List<IThreadPoolWorkItem>? t_held;

    /// <summary>Holds this thread's wakes, until it is disposed of on the same thread. One within another holds until the outer's end.</summary>
    public static HeldWakes Begin()
    {
        t_open++;
        return default;
    }

    /// <summary>Keeps a reader's wake for later; false when nothing is held, and the caller wakes it.</summary>
    public static bool TryHold(IThreadPoolWorkItem reader)
    {
        if (t_open <= 0)
        {
            return false;
        }

        (t_held ??= []).Add(reader);
        return true;
    }

    public void Dispose()
    {
        Debug.Assert(t_open > 0, "Held wakes are let go once, on the thread that held them.");
        if (--t_open > 0 || t_held is not { Count: > 0 } held)
        {
            return;
        }

        foreach (var reader in held)
        {
            ThreadPool.UnsafeQueueUserWorkItem(reader, preferLocal: false);
        }

        held.Clear();
    }
}
