using BrokerServe.Worker.Handlers;

namespace BrokerServe.Worker.Scheduling;

/// <summary>Queries of one method that run together. Members join while it waits, and none after it has started.</summary>
/// <param name="handler">Their common handler.</param>
/// <param name="dueMs">When it goes even if it is not full: the arrival of its first member and the batch wait.</param>
internal sealed class Batch(BatchHandler handler, long dueMs) : Work
{
    private readonly CancellationTokenSource _cancellation = new();

    public override BatchHandler Handler => handler;

    public long DueMs => dueMs;

    /// <summary>In order of arrival. The loop's while it waits, the handler's thread's from start to end.</summary>
    public List<HeldQuery> Members { get; } = [];

    /// <summary>Members that nobody waits for any more, since the start. The loop's.</summary>
    public int GivenUp { get; set; }

    /// <summary>Fires when nobody waits for any member.</summary>
    public CancellationToken Cancellation => _cancellation.Token;

    public override void Cancel() => _cancellation.Cancel();
}
