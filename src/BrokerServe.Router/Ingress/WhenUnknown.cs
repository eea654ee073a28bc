namespace BrokerServe.Router.Ingress;

/// <summary>What becomes of a request whose endpoint is not in the routing table.</summary>
internal enum WhenUnknown
{
    /// <summary>It came from the endpoint's own queue, so the endpoint was just forgotten here: back to the broker, another router may serve it.</summary>
    Requeue,

    /// <summary>It reached no queue when it was published: <c>endpoint_not_found</c>.</summary>
    RefuseAsNotFound,

    /// <summary>Its endpoint is being removed by command: <c>endpoint_removed</c>.</summary>
    RefuseAsRemoved,
}
