using BrokerServe.Host.Measuring;

namespace BrokerServe.Host.Pictures;

/// <summary>What a run is about.</summary>
/// <param name="Name">In the plural.</param>
/// <param name="Of">How many there were.</param>
internal sealed record Counted(string Name, Func<CallTotals, long> Of)
{
    /// <summary>Calls, however they ended.</summary>
    public static Counted Calls { get; } = new("calls", static totals => totals.Ended);

    /// <summary>Calls that ended with a reply.</summary>
    public static Counted Replies { get; } = new("replies", static totals => totals.Replies);
}
