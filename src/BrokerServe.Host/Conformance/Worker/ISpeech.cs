using BrokerServe.Transport;

namespace BrokerServe.Host.Conformance.Worker;

/// <summary>A dialect between router and replica, as the router speaks it.</summary>
internal interface ISpeech
{
    /// <summary>Writes queries: one message each, or one for all.</summary>
    /// <param name="router">Who asks.</param>
    /// <param name="queue">The replica's queue.</param>
    /// <param name="queries">Tickets and queries.</param>
    IEnumerable<OutboundMessage> Write(KitRouter router, string queue, IReadOnlyList<(ulong Ticket, Query Query)> queries);
}
