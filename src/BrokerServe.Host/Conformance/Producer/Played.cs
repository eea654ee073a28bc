namespace BrokerServe.Host.Conformance.Producer;

/// <summary>A request that was answered.</summary>
/// <param name="Ending">How.</param>
/// <param name="Request">The request.</param>
/// <param name="Position">How many messages had come by then.</param>
internal sealed record Played(Ending Ending, ReceivedRequest Request, int Position);
