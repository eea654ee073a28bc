using BrokerServe.EndToEnd.Tests.Control;
using BrokerServe.Router.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace BrokerServe.EndToEnd.Tests;

// Routers that follow the control log; a file of its own, because tests of other languages know nothing of it.
internal sealed partial class ServingSystem
{
    /// <summary>Starts a router, and does not wait until it can serve.</summary>
    public async Task<FollowingRouter> StartUnreadyRouterAsync(Action<RouterOptions> configure)
    {
        var host = await StartAsync(services => services.AddBrokerServeRouter().Configure(options =>
        {
            options.Prefix = Prefix;
            configure(options);
        }).UseBroker(broker()));
        return new FollowingRouter(host, StopAsync, UntilReadyAsync);
    }
}
