using BrokerServe.Host.Conformance.Stand;

namespace BrokerServe.Host.Conformance.Producer;

/// <summary>A message at the endpoint's queue.</summary>
/// <param name="Message">As it came.</param>
/// <param name="Requests">The request that it is, or those that it holds.</param>
/// <param name="FrameFault">Why it is refused as a frame; null when it is none, or can be read.</param>
internal sealed record Arrival(ReceivedMessage Message, IReadOnlyList<ReceivedRequest> Requests, string? FrameFault)
{
    /// <summary>It is a frame, be it one that cannot be read.</summary>
    public bool IsFrame => FrameFault is not null || (Requests.Count > 0 && Requests[0].IsFramed);
}
