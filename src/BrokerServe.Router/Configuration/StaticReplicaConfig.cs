using System.ComponentModel.DataAnnotations;

namespace BrokerServe.Router.Configuration;

/// <summary>An RPC queue that is there already and becomes a replica: <c>BrokerServe:Backends:NAME:StaticReplicas:0</c>.</summary>
/// <remarks>
/// Its server copies <c>correlation_id</c> and replies to <c>reply_to</c>, and knows nothing of BrokerServe. Nothing announces it: it counts
/// as present while the router runs, except from the first query that finds no queue until the queue is there again. What it never answers
/// holds its place until <see cref="RouterOptions.ClockSkew"/> after the deadline.
/// </remarks>
public sealed record StaticReplicaConfig
{
    /// <summary>The queue; it is never declared or deleted by a router.</summary>
    /// <value>1 to 255 bytes of UTF-8. No default.</value>
    public string Queue { get; init; } = "";

    /// <summary>Queries that each router keeps in the queue and at its servers at once: as many as its servers run at once, or a few more.</summary>
    /// <value>1 to 10,000. Default 1: a server of the RabbitMQ tutorial runs one at a time.</value>
    [Range(1, 10_000)]
    public int Limit { get; init; } = 1;
}
