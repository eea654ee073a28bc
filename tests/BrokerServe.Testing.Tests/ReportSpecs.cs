using BrokerServe.Protocol.Reports;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace BrokerServe.Testing.Tests;

/// <summary>What routers say of the whole system, at its times.</summary>
public sealed class ReportSpecs
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Whichever_router_is_asked_has_the_same_view_of_all()
    {
        await using var serve = await BrokerServeTestHost.StartAsync(test => test.Serve<int, int>("echo", number => number));
        var second = await serve.StartRouterAsync();
        await serve.AdvanceAsync(Second);
        for (var sent = 0; sent < 10; sent++)
        {
            Assert.Equal(sent, await serve.Client.InvokeAsync<int, int>("echo", sent));
        }

        // Until both have heard as much: the second was not there from the beginning.
        await serve.AdvanceAsync(ReportBoard.Window + (2 * Second));

        var view = ViewOf(serve.Router);
        Assert.Equal(2, view.Routers.Count);
        Assert.Equal(10, Assert.Single(view.Endpoints).Requests);
        Assert.Equal(10, Assert.Single(view.Backends).Replies);
        Assert.Equal(10, Assert.Single(view.Replicas).Replies);
        Assert.Equal(8, view.Replicas[0].Limit); // Of each router its half.
        Assert.Equivalent(view, ViewOf(second), strict: true);
    }

    [Fact]
    public async Task Rates_are_what_was_done_in_the_last_seconds()
    {
        const int EachSecond = 20;
        await using var serve = await BrokerServeTestHost.StartAsync(test => test.Serve<int, int>("echo", number => number));
        for (var second = 0; second < 2 * ReportBoard.Window.TotalSeconds; second++)
        {
            for (var sent = 0; sent < EachSecond; sent++)
            {
                await serve.Client.InvokeAsync<int, int>("echo", sent);
            }

            await serve.AdvanceAsync(Second);
        }

        var view = ViewOf(serve.Router);
        Assert.Equal((EachSecond, 0.0), (Assert.Single(view.Endpoints).RequestsPerSecond, view.Endpoints[0].ErrorsPerSecond));
        Assert.Equal((EachSecond, 0.0), (Assert.Single(view.Backends).RepliesPerSecond, view.Backends[0].ErrorsPerSecond));
        Assert.Equal(EachSecond, Assert.Single(view.Replicas).RepliesPerSecond);

        await serve.AdvanceAsync(ReportBoard.Window + (2 * Second));
        Assert.Equal(0, ViewOf(serve.Router).Endpoints[0].RequestsPerSecond);
    }

    [Fact]
    public async Task A_killed_router_is_in_the_view_until_its_last_report_has_expired()
    {
        await using var serve = await BrokerServeTestHost.StartAsync(test => test.Serve<int, int>("echo", number => number));
        var second = await serve.StartRouterAsync();
        await serve.AdvanceAsync(Second);
        Assert.Equal(2, ViewOf(serve.Router).Routers.Count);

        await second.KillAsync();
        await serve.AdvanceAsync(2 * Second);
        Assert.Equal(2, ViewOf(serve.Router).Routers.Count);
        await serve.AdvanceAsync(1.5 * Second);
        Assert.Single(ViewOf(serve.Router).Routers);
    }

    [Fact]
    public async Task A_stopped_router_is_gone_at_once()
    {
        await using var serve = await BrokerServeTestHost.StartAsync(test => test.Serve<int, int>("echo", number => number));
        var second = await serve.StartRouterAsync();
        await serve.AdvanceAsync(Second);

        await second.StopAsync();
        await serve.AdvanceAsync(TimeSpan.FromMilliseconds(1));

        Assert.Single(ViewOf(serve.Router).Routers);
    }

    private static SystemView ViewOf(TestPart router) => router.Services.GetRequiredService<ReportBoard>().Read();
}
