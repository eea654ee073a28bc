using System.Diagnostics;
using BrokerServe.Client;
using BrokerServe.Protocol;
using BrokerServe.Router.Configuration;
using BrokerServe.Router.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace BrokerServe.Testing.Tests;

/// <summary>What a test host serves.</summary>
public sealed class ServingSpecs
{
    [Fact]
    public async Task An_endpoint_is_served_by_a_delegate()
    {
        await using var serve = await BrokerServeTestHost.StartAsync(test => test.Serve<string, string>("greet", name => $"Hello, {name}!"));

        Assert.Equal("Hello, Ada!", await serve.Client.InvokeAsync<string, string>("greet", "Ada"));
    }

    [Fact]
    public async Task Test_hosts_share_nothing_and_start_in_moments()
    {
        var times = new List<double>();
        for (var number = 0; number < 10; number++)
        {
            var since = Stopwatch.GetTimestamp();
            await using var serve = await BrokerServeTestHost.StartAsync(test => test.Serve<int, int>("which", _ => number));
            Assert.Equal(number, await serve.Client.InvokeAsync<int, int>("which", 0));
            times.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
        }

        TestContext.Current.TestOutputHelper!.WriteLine(
            $"From start to first reply, in ms: {string.Join(", ", times.Select(time => time.ToString("0.0", null)))}.");
    }

    [Fact]
    public async Task An_async_handler_has_its_query_and_its_services()
    {
        await using var serve = await BrokerServeTestHost.StartAsync(test => test
            .AddServices(services => services.AddSingleton("Hello"))
            .Serve<string, string>("greet", async (name, query, _) =>
            {
                await Task.Yield();
                return $"{query.Services.GetRequiredService<string>()}, {name} of {query.Metadata["tenant"]}!";
            }));

        var options = new InvokeOptions { Metadata = new Dictionary<string, string> { ["tenant"] = "blue" } };
        Assert.Equal("Hello, Ada of blue!", await serve.Client.InvokeAsync<string, string>("greet", "Ada", options));
    }

    [Fact]
    public async Task Endpoints_backends_and_workers_are_declared_in_code()
    {
        await using var serve = await BrokerServeTestHost.StartAsync(test => test
            .AddEndpoint("greet", new EndpointConfig { Traffic = new Dictionary<string, double> { ["v1"] = 0, ["v2"] = 1 } })
            .AddBackend("v2", new BackendConfig { MaxConcurrentQueries = 1 })
            .AddWorker("v1", worker => worker.HandleRaw(_ => "one"u8.ToArray()))
            .AddWorker("v2", worker => worker.HandleRaw(_ => "two"u8.ToArray()))
            .ConfigureRouter(router => router.RouterId = "tested"));

        Assert.Equal("v2", (await serve.Client.InvokeRawAsync("greet", default)).Backend);
        var control = serve.Router.Services.GetRequiredService<IRouterControl>();
        Assert.Equal(1, control.Current.Backends["v2"].MaxConcurrentQueries);
        Assert.True(control.SetTraffic("greet", new Dictionary<string, double> { ["v1"] = 1 }).Succeeded);
        Assert.Equal("v1", (await serve.Client.InvokeRawAsync("greet", default)).Backend);
    }

    [Fact]
    public async Task Middleware_runs_as_in_production()
    {
        await using var serve = await BrokerServeTestHost.StartAsync(test => test
            .ConfigureClient(client => client.Use((call, next, cancellation) =>
            {
                call.Options = call.Options with { Metadata = new Dictionary<string, string> { ["tenant"] = "blue" } };
                return next(call, cancellation);
            }))
            .Serve("greet", worker => worker
                .Use((query, next, cancellation) => query.Metadata.ContainsKey("tenant") ? next(query, cancellation) : new(query.Reply("Who?")))
                .Handle<string, string>(name => $"Hello, {name}!")));

        Assert.Equal("Hello, Ada!", await serve.Client.InvokeAsync<string, string>("greet", "Ada"));
    }

    [Fact]
    public async Task An_endpoint_that_nobody_added_is_not_found()
    {
        await using var serve = await BrokerServeTestHost.StartAsync();

        var failure = await Assert.ThrowsAsync<BrokerServeException>(() => serve.Client.InvokeAsync<int, int>("nowhere", 1).AsTask());

        Assert.Equal(ReplyStatus.EndpointNotFound, failure.Status);
    }

    [Fact]
    public async Task What_cannot_start_says_why()
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(
            () => BrokerServeTestHost.StartAsync(test => test.Serve("greet", worker => worker.MaxConcurrentQueries = 0)));

        Assert.Contains("MaxConcurrentQueries", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_part_that_does_not_live_is_named()
    {
        await using var serve = await BrokerServeTestHost.StartAsync();

        Assert.Contains("No worker greet", Assert.Throws<InvalidOperationException>(() => serve.Worker("greet")).Message, StringComparison.Ordinal);
    }
}
