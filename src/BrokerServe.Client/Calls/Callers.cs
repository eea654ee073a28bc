namespace BrokerServe.Client.Calls;

/// <summary>Knows whether every caller waits: for its reply, or for something that is none of the client's business.</summary>
/// <remarks>
/// For tests that move the clock by hand; see <see cref="Transport.Supervision.IMovingPart"/>. A caller is followed from the begin of its call
/// until it has run on with the outcome as far as it could. It waits while its slot is open, so either as many are followed as slots are open,
/// or somebody runs.
/// </remarks>
internal sealed class Callers
{
    private long _begun;
    private long _ended;

    /// <summary>Those of a client; null on the system's clock, where nobody asks.</summary>
    public static Callers? For(TimeProvider time) => ReferenceEquals(time, TimeProvider.System) ? null : new Callers();

    /// <summary>A caller runs. One <see cref="End"/> follows.</summary>
    public Callers Begin()
    {
        Interlocked.Increment(ref _begun);
        return this;
    }

    /// <summary>A caller has run as far as it could.</summary>
    public void End() => Interlocked.Increment(ref _ended);

    /// <summary>Passes on to its caller a call that has begun.</summary>
    public ValueTask<T> Follow<T>(ValueTask<T> call) => new FollowedCall<T>(this, call).Task;

    /// <inheritdoc cref="Follow{T}"/>
    public ValueTask Follow(ValueTask call) => new FollowedCall<bool>(this, WithResultAsync(call)).TaskWithoutResult;

    /// <summary>Whether any caller runs.</summary>
    /// <param name="calls">Where they wait.</param>
    /// <param name="moves">What is added grows whenever one begins or ends.</param>
    public bool AreMoving(CallTable calls, ref long moves)
    {
        var ended = Interlocked.Read(ref _ended);
        var begun = Interlocked.Read(ref _begun);
        moves += begun + ended;
        return begun - ended != calls.CountOpen();
    }

    private static async ValueTask<bool> WithResultAsync(ValueTask call)
    {
        await call.ConfigureAwait(false);
        return true;
    }
}
