using System.Diagnostics;

namespace BrokerServe.Worker.Scheduling;

/// <summary>How many queries may run at once, and how many do. The hard limit, however many routers there are.</summary>
/// <remarks>
/// A place is one query: a batch takes as many places as it has members, so the gate counts what routers' credit and operators' limits
/// count. Handlers of an earlier life of the replica keep their places until they have really ended.
/// </remarks>
/// <param name="own">The worker's own limit; an operator can only lower it.</param>
internal sealed class Gate(int own)
{
    private readonly int _own = own;

    /// <summary>The limit in force, 1 or more. After a cut more may be running for a while.</summary>
    public int Limit { get; private set; } = own;

    public int Running { get; private set; }

    /// <summary>Takes over the operator's limit; null: the worker's own counts alone.</summary>
    public void Configure(int? maxConcurrent) => Limit = Math.Clamp(maxConcurrent ?? _own, 1, _own);

    public bool HasRoomFor(int places) => Running + places <= Limit;

    /// <summary>Takes places; exactly one <see cref="Leave"/> of as many follows.</summary>
    public void Enter(int places)
    {
        Debug.Assert(places > 0 && HasRoomFor(places), "More would run than the limit allows.");
        Running += places;
    }

    public void Leave(int places)
    {
        Debug.Assert(places > 0 && places <= Running, "A place came back twice.");
        Running -= places;
    }
}
