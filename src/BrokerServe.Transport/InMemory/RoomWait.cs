namespace BrokerServe.Transport.InMemory;

/// <summary>One publisher's wait for room in the <see cref="MemoryBudget"/>.</summary>
internal sealed class RoomWait(long below)
{
    // The publisher goes on with its own work: never on the thread of the consumer that made room, nor under a lock of ours.
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The wait ends when fewer bytes than this are held.</summary>
    public long Below => below;

    /// <summary>The wait is over.</summary>
    public bool HasEnded => _ended.Task.IsCompleted;

    /// <summary>Completes with the wait.</summary>
    public Task Task => _ended.Task;

    /// <summary>Ends the wait: there is room, or the publisher is closing.</summary>
    public void End() => _ended.TrySetResult();
}
