using BrokerServe.Router.ControlLog;
using BrokerServe.Router.Hosting;
using BrokerServe.Router.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace BrokerServe.EndToEnd.Tests.Control;

/// <summary>A router that follows the control log, and what it says of itself.</summary>
internal sealed class FollowingRouter(IHost host, Func<IHost, Task> stop, Func<HealthCheckService, Task> untilReady)
{
    public IRouterControl Control => host.Services.GetRequiredService<IRouterControl>();

    /// <summary>What it has in force; null before it has read the log.</summary>
    public ControlState? State => Follower.State;

    public bool Follows => Follower.Follows;

    private ControlFollower Follower => host.Services.GetRequiredService<RouterService>().Follower!;

    private HealthCheckService Health => host.Services.GetRequiredService<HealthCheckService>();

    public Task IsReadyAsync() => untilReady(Health);

    public Task StopAsync() => stop(host);

    /// <summary>Status and reason in one text.</summary>
    public async Task<string> HealthAsync()
    {
        var report = await Health.CheckHealthAsync();
        return $"{report.Status}: {string.Join(' ', report.Entries.Values.Select(entry => entry.Description))}";
    }
}
