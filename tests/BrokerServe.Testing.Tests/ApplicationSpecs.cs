using BrokerServe.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace BrokerServe.Testing.Tests;

/// <summary>Applications in a test host, as their own <c>Program</c> registers them.</summary>
public sealed class ApplicationSpecs
{
    [Fact]
    public async Task An_application_is_tested_with_its_own_registrations()
    {
        await using var serve = await BrokerServeTestHost.StartAsync(test => test
            .Serve<string, string>("names", name => name == "Ada" ? "Countess" : name)
            .AddEndpoint("greet", "greet-v1")
            .AddApplication(app => AddGreetings(app.Services)));

        Assert.Equal("Hello, Countess!", await serve.Client.InvokeAsync<string, string>("greet", "Ada"));
        Assert.Equal("Hello, Bob!", await serve.Application.Services.GetRequiredService<Greetings>().GreetAsync("Bob"));
    }

    [Fact]
    public async Task An_application_that_is_started_later_can_be_killed_and_another_takes_over()
    {
        await using var serve = await BrokerServeTestHost.StartAsync(test => test
            .Serve<string, string>("names", name => name)
            .AddEndpoint("greet", "greet-v1"));
        var first = await serve.StartApplicationAsync(app => AddGreetings(app.Services));
        await first.KillAsync();
        await serve.StartApplicationAsync(app => AddGreetings(app.Services));

        var call = serve.Client.InvokeAsync<string, string>("greet", "Ada").AsTask();
        await serve.AdvanceAsync(TimeSpan.FromSeconds(4));

        Assert.Equal("Hello, Ada!", await Soon.EndsAsync(call));
    }

    [Fact]
    public async Task An_application_that_fails_to_stop_keeps_nobody_else_from_ending()
    {
        var stopped = new List<string>();
        var serve = await BrokerServeTestHost.StartAsync(test => test
            .AddApplication(app => app.Services.AddSingleton<IHostedService>(new Stopping(() => stopped.Add("first"))))
            .AddApplication(app => app.Services.AddSingleton<IHostedService>(new Stopping(() => throw new InvalidOperationException("No.")))));

        var failure = await Assert.ThrowsAsync<AggregateException>(() => serve.DisposeAsync().AsTask());

        Assert.Equal("No.", Assert.Single(failure.Flatten().InnerExceptions).Message);
        Assert.Equal(["first"], stopped);
        var refusal = await Assert.ThrowsAsync<BrokerServeException>(() => serve.Client.InvokeRawAsync("greet", default).AsTask());
        Assert.Equal("shutting_down", refusal.Code);
    }

    [Fact]
    public async Task An_application_may_bring_its_router_along()
    {
        await using var serve = await BrokerServeTestHost.StartAsync(test =>
        {
            test.HasRouter = false;
            test.AddApplication(app =>
            {
                app.Services
                    .AddBrokerServeRouter()
                    .Configure(router =>
                    {
                        router.Endpoints["echo"] = new() { Traffic = new Dictionary<string, double> { ["echo"] = 1 } };
                        router.Backends["echo"] = new();
                    })
                    .UseInMemory();
                app.Services.AddBrokerServeWorker("echo", worker => worker.HandleRaw(query => query.Echo()));
            });
        });

        Assert.Equal([1], (await serve.Client.InvokeRawAsync("echo", new byte[] { 1 })).Body.ToArray());
    }

    [Fact]
    public async Task A_host_that_somebody_else_runs_joins_the_system_and_its_clock()
    {
        await using var serve = await BrokerServeTestHost.StartAsync(test => test
            .Serve<string, string>("names", name => name)
            .AddEndpoint("greet", "greet-v1"));
        var builder = Host.CreateEmptyApplicationBuilder(null);
        AddGreetings(builder.Services);
        builder.Services.UseBrokerServeTestHost(serve);
        using var host = builder.Build();
        await host.StartAsync();
        await serve.UntilReadyAsync();

        Assert.Equal("Hello, Ada!", await serve.Client.InvokeAsync<string, string>("greet", "Ada"));
        Assert.Same(serve.Time, host.Services.GetRequiredService<TimeProvider>());
        Assert.Same(host.Services.GetRequiredService<Greetings>(), serve.Application.Services.GetRequiredService<Greetings>());
        await Assert.ThrowsAsync<InvalidOperationException>(() => serve.Application.StopAsync());

        // Its client's call and its worker's query come to rest with everybody else's.
        var call = serve.Client.InvokeAsync<string, string>("greet", "Bob").AsTask();
        await serve.SettleAsync();
        Assert.True(call.IsCompleted);
        Assert.Equal("Hello, Bob!", await call);

        await host.StopAsync();
        Assert.Throws<InvalidOperationException>(() => serve.Application);
    }

    /// <summary>What an application's own <c>Program</c> says.</summary>
    private static void AddGreetings(IServiceCollection services)
    {
        services.AddSingleton<Greetings>();
        services.AddBrokerServeClient().UseRabbitMq("amqp://guest:guest@nowhere.invalid");
        services.AddBrokerServeWorker("greet-v1", worker => worker.Handle<string, string>(
            async (name, query, cancellation) => await query.Services.GetRequiredService<Greetings>().GreetAsync(name, cancellation)));
    }

    private sealed class Greetings(IBrokerServeClient client)
    {
        public async Task<string> GreetAsync(string name, CancellationToken cancellation = default) =>
            $"Hello, {await client.InvokeAsync<string, string>("names", name, cancellationToken: cancellation)}!";
    }

    private sealed class Stopping(Action stop) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken)
        {
            stop();
            return Task.CompletedTask;
        }
    }
}
