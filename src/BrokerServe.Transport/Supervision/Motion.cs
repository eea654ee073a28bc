namespace BrokerServe.Transport.Supervision;

/// <summary>Counts what moves in one part; see <see cref="IMovingPart"/>. Any thread.</summary>
/// <remarks>
/// Law: every <see cref="Begin"/> is matched by one <see cref="End"/>, and what a motion sets in motion begins before it ends. Then nothing is
/// forgotten on its way from one hand to the next.
/// </remarks>
public sealed class Motion
{
    private long _begun;
    private long _ended;

    /// <summary>A counter for who works on a clock of a test's own; null on the system's, where nobody would ask.</summary>
    public static Motion? For(TimeProvider time) => ReferenceEquals(time, TimeProvider.System) ? null : new Motion();

    /// <summary>Something begins to move: before it can be seen by whoever works on it.</summary>
    public void Begin() => Interlocked.Increment(ref _begun);

    /// <summary>Something has come to rest, and what it set in motion has begun.</summary>
    public void End(int count = 1) => Interlocked.Add(ref _ended, count);

    /// <summary>Whether anything moves, and how often something has begun to.</summary>
    public bool IsMoving(ref long moves)
    {
        // In this order: what had ended by the first read had begun by then, so equal numbers mean that nothing moved in between.
        var ended = Volatile.Read(ref _ended);
        var begun = Interlocked.Read(ref _begun);
        moves += begun;
        return begun != ended;
    }
}
