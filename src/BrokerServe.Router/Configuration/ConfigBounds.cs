using System.Globalization;
using BrokerServe.Protocol;
using BrokerServe.Router.Dispatch;
using BrokerServe.Router.Egress;
using BrokerServe.Router.Membership;
using BrokerServe.Router.Routing;
using BrokerServe.Router.Sessions;

namespace BrokerServe.Router.Configuration;

/// <summary>The bound of every queue and buffer of a router with a given configuration: what it holds at most, and what the broker keeps for it.</summary>
internal static class ConfigBounds
{
    /// <summary>What the router holds as a whole.</summary>
    public static IReadOnlyList<Bound> OfRouter(RouterOptions options) =>
    [
        new("BufferedBytes", options.MaxBufferedBytes, "bytes of requests in memory, all endpoints together (MaxBufferedBytes); beyond it overloaded"),
        new("UnconfirmedReplies", ConfirmWindow.Capacity, "replies to producers that the broker has not confirmed; beyond it replies wait"),
        new("UnhandledReplies", ConsumingSide.ReplyPrefetch, "frames of replies from replicas (prefetch); beyond it they wait in the router's queue"),
        new("UnhandledNotes", ConsumingSide.SmallPrefetch, "announcements, cancels and requests to unknown endpoints, of each so many (prefetch)"),
        new("Replicas", ReplicaDirectory.MaxReplicas, "replicas known, of all backends; announcements beyond it are ignored"),
        new("Routers", RouterLeases.MaxRouters, "other routers known; announcements beyond it are ignored"),
        new("Unroutable", Topology.MaxUnroutable, "requests to unknown endpoints, in a queue at the broker; the oldest are dropped beyond it"),
        new("Dead", Topology.MaxDead, "messages that were given up on, in a queue at the broker; the oldest are dropped beyond it"),
    ];

    /// <summary>What the router holds of one endpoint.</summary>
    public static IReadOnlyList<Bound> OfEndpoint(EndpointConfig endpoint, IReadOnlyDictionary<string, BackendConfig> backends)
    {
        if (endpoint.Traffic is null)
        {
            return [new("Prefetch", 0, "messages unsettled: it has no traffic, so it is not consumed and its requests wait in the broker")];
        }

        var known = endpoint.Traffic.Keys.Where(backends.ContainsKey).Select(name => backends[name]).ToArray();
        return
        [
            new("Prefetch", Prefetch.Of(endpoint.Traffic.Keys, backends), "messages unsettled, of one request or a frame of up to 64, the sum of the next three; the others wait in the broker"),
            new("Waiting", known.Sum(b => (long)b.MaxQueuedQueries), "of them waiting for a replica (MaxQueuedQueries of its backends)"),
            new("AtReplicas", known.Sum(b => (long)b.MaxInFlight), "of them at replicas (MaxInFlight of its backends)"),
            new("OnTheWay", Prefetch.OnTheWay, "of them on their way in or out"),
            new("BodyBytes", endpoint.MaxBodyBytes, "bytes of one body (MaxBodyBytes, or what the broker carries); beyond it payload_too_large"),
            new("MetadataBytes", endpoint.MaxMetadataBytes, "bytes of one request's metadata (MaxMetadataBytes); beyond it bad_request"),
        ];
    }

    /// <summary>What the router holds of one backend.</summary>
    public static IReadOnlyList<Bound> OfBackend(string name, BackendConfig backend, IReadOnlyDictionary<string, EndpointConfig> endpoints)
    {
        var senders = endpoints.Values.Count(endpoint => endpoint.Traffic?.ContainsKey(name) is true);
        var full = backend.WhenFull == WhenFull.Reject ? "beyond it overloaded" : "beyond it they wait in the broker";
        return
        [
            new("Waiting", senders * (long)backend.MaxQueuedQueries, string.Create(
                CultureInfo.InvariantCulture,
                $"requests waiting for a replica, {backend.MaxQueuedQueries} for each endpoint that sends here (MaxQueuedQueries); {full}")),
            new("ReplicaCredit", backend.MaxConcurrentQueries, "queries at one replica, of all routers together (MaxConcurrentQueries); the worker's own limit when that is smaller"),
            new("OpenQueries", Ticket.MaxSlots, "queries at all its replicas together; beyond it requests wait"),
            new("FramesToPublish", FrameCredit.Limit, "messages to its replicas that wait for the connection; beyond it requests wait"),
            new("EarlyCancels", EarlyCancels.MaxEntries, "cancellations kept in mind that came before their requests; the oldest is forgotten beyond it"),
            new("Attempts", backend.MaxAttempts, "attempts of one request when replicas die with it (MaxAttempts); then replica_lost"),
            new("ShadowCopies", backend.ShadowMaxQueued, "shadow copies waiting (ShadowMaxQueued); the oldest is dropped beyond it"),
            new("ShadowBytes", backend.ShadowMaxBytes, "bytes of shadow copies waiting (ShadowMaxBytes); the oldest is dropped beyond it"),
        ];
    }
}
