using BrokerServe.Router.Configuration;

namespace BrokerServe.Router.Routing;

/// <summary>The one way to change where requests go in one router: files and code come through here.</summary>
/// <remarks>
/// Safe for any thread; changes happen one after another. Each is checked whole before anything changes, and on success the new state is in
/// force for the next request when the call returns; what was already chosen stays where it is. It concerns this router alone: the others
/// read their own files. Changes made before the router runs are in force when it starts. Nothing here throws for what an operator wrote; null
/// for an argument is an <see cref="ArgumentNullException"/>. A router that follows the control log
/// (<see cref="RouterOptions.ControlLog"/>) refuses every change here: all routers are changed together there.
/// </remarks>
public interface IRouterControl
{
    /// <summary>What is in force now; of a router that follows the control log nothing until it has read it.</summary>
    RouterConfig Current { get; }

    /// <summary>Sets the weights of an endpoint, and keeps its shadows.</summary>
    /// <param name="endpoint">A known endpoint.</param>
    /// <param name="weights">Weights of 0 or more by backend, that sum to 1 within 0.00001.</param>
    ControlResult SetTraffic(string endpoint, IReadOnlyDictionary<string, double> weights);

    /// <summary>Sends copies of an endpoint's requests to a backend. They begin with the endpoint's traffic.</summary>
    /// <param name="endpoint">A known endpoint.</param>
    /// <param name="backend">A known backend; when <paramref name="proportion"/> is 0 also one that is not.</param>
    /// <param name="proportion">Which share of the requests, 0 to 1; 0 removes the shadow.</param>
    ControlResult SetShadow(string endpoint, string backend, double proportion);

    /// <summary>Makes an endpoint known. Adding it again with the same settings changes nothing, with others it is refused.</summary>
    ControlResult AddEndpoint(string endpoint, EndpointConfig config);

    /// <summary>Replaces the settings of a known endpoint.</summary>
    /// <param name="endpoint">A known endpoint.</param>
    /// <param name="config">All its settings; traffic or shadows that are null stay as they are.</param>
    ControlResult ConfigureEndpoint(string endpoint, EndpointConfig config);

    /// <summary>Removes an endpoint from the system: its queue is unbound and deleted, what waits is answered <c>endpoint_removed</c>, what is
    /// in flight finishes. Removing an unknown one changes nothing.</summary>
    ControlResult RemoveEndpoint(string endpoint);

    /// <summary>Stops serving an endpoint from this router: what is not dispatched goes back to the broker, for other routers or for later.
    /// Forgetting an unknown one changes nothing.</summary>
    ControlResult ForgetEndpoint(string endpoint);

    /// <summary>Makes a backend known, or replaces its settings. They reach running workers; no replica is restarted.</summary>
    ControlResult ConfigureBackend(string backend, BackendConfig config);

    /// <summary>Removes a backend: what waits is answered <c>backend_removed</c>, what is in flight finishes. Refused while the traffic or a
    /// shadow of any endpoint names it; the error names those endpoints. Removing an unknown one changes nothing.</summary>
    ControlResult RemoveBackend(string backend);

    /// <summary>Puts a whole configuration in the place of the one in force, in one step. Endpoints that it does not name are forgotten (see
    /// <see cref="ForgetEndpoint"/>), and so are backends: what waits there goes back to the broker, and to another backend when it comes again;
    /// what is in flight finishes. No call fails of it, but at an endpoint that delivers at most once what waits is answered
    /// <c>backend_removed</c>.</summary>
    ControlResult Apply(RouterConfig config);
}
