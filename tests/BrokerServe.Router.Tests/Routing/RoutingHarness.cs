using BrokerServe.Router.Configuration;
using BrokerServe.Router.Routing;

namespace BrokerServe.Router.Tests.Routing;

/// <summary>A routing control with known backends, and everything that its observer was told.</summary>
internal sealed class RoutingHarness : IRoutingObserver
{
    public RoutingHarness(params string[] backends)
        : this(new RouterOptions(), backends)
    {
    }

    /// <summary>The same of a router with settings of its own.</summary>
    public RoutingHarness(RouterOptions options, params string[] backends)
    {
        Control = new RoutingControl(new ConfigValidator(options));
        foreach (var backend in backends)
        {
            Accepts(Control.ConfigureBackend(backend, new BackendConfig()));
        }

        Control.Attach(this);
        Told.Clear();
    }

    public RoutingControl Control { get; }

    public RoutingTable Table => Control.Table;

    public List<(RoutingTable Before, RoutingTable After, RoutingChange Change)> Told { get; } = [];

    public RoutingChange LastChange => Told[^1].Change;

    public static Dictionary<string, double> Shares(params (string Backend, double Share)[] shares) =>
        shares.ToDictionary(s => s.Backend, s => s.Share, StringComparer.Ordinal);

    public static EndpointConfig Traffic(params (string Backend, double Weight)[] weights) => new() { Traffic = Shares(weights) };

    public static void Accepts(ControlResult result) => Assert.Empty(result.Errors);

    public static string Refuses(ControlResult result)
    {
        Assert.False(result.Succeeded, "The change was accepted.");
        Assert.False(result.Changed, "A refused change changed something.");
        return Assert.Single(result.Errors);
    }

    public void OnTableChanged(RoutingTable before, RoutingTable after, RoutingChange change)
    {
        Assert.Same(after, Control.Table);
        Told.Add((before, after, change));
    }
}
