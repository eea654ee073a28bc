using BrokerServe.Protocol;

namespace BrokerServe.Router;

/// <summary>The name of a running router on the wire: the operator's, and letters drawn at each start.</summary>
/// <remarks>
/// Tickets, incarnations and epochs begin anew with every process. Under the name of its predecessor a router would take that one's late
/// replies for its own, and workers would take its frames for old ones.
/// </remarks>
internal static class RouterIdentity
{
    /// <summary>Four thousand million names: enough that two starts within a lease never meet.</summary>
    private const int DrawnLength = 8;

    /// <summary>Most characters of the operator's part, so that the whole is a name.</summary>
    public const int MaxGivenLength = Names.MaxLength - DrawnLength - 1;

    public static string Draw(string? given) => $"{given ?? "router"}-{Guid.NewGuid().ToString("N")[..DrawnLength]}";
}
