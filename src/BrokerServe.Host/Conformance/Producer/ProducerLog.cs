using BrokerServe.Host.Conformance.Stand;

namespace BrokerServe.Host.Conformance.Producer;

/// <summary>All that was seen of the producers of an endpoint, when the run is over.</summary>
/// <param name="Settings">What was asked for.</param>
/// <param name="Arrivals">Messages at the endpoint's queue, in order.</param>
/// <param name="Cancels">What was given up.</param>
/// <param name="Misrouted">Requests to endpoints that have no queue.</param>
/// <param name="Played">How requests were answered, in order.</param>
/// <param name="GoneQueues">Reply queues that were there, and are no longer.</param>
internal sealed record ProducerLog(
    ProducerSettings Settings,
    IReadOnlyList<Arrival> Arrivals,
    IReadOnlyList<ReceivedMessage> Cancels,
    IReadOnlyList<ReceivedMessage> Misrouted,
    IReadOnlyList<Played> Played,
    IReadOnlySet<string> GoneQueues)
{
    /// <summary>Every request, alone or in frames.</summary>
    public IReadOnlyList<ReceivedRequest> Requests { get; } = [.. Arrivals.SelectMany(arrival => arrival.Requests)];

    /// <summary>Every message that is a frame.</summary>
    public IReadOnlyList<Arrival> Frames { get; } = [.. Arrivals.Where(arrival => arrival.IsFrame)];

    /// <summary>Whether the same connection sent more after an answer.</summary>
    public bool WentOn(Played played) => Arrivals.Skip(played.Position).Any(arrival => arrival.Message.Properties.ReplyTo == played.Request.ReplyTo);
}
