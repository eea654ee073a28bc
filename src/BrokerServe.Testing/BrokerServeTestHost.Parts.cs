using BrokerServe.Client;
using BrokerServe.Testing.Parts;
using BrokerServe.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace BrokerServe.Testing;

/// <content>Starting, stopping and losing parts.</content>
public sealed partial class BrokerServeTestHost
{
    private const string RouterName = "router";
    private const string ApplicationName = "application";
    private const string ClientName = "client";

    /// <summary>Starts another router, with the same configuration as the first one at its start.</summary>
    /// <returns>A router that consumes.</returns>
    /// <exception cref="TimeoutException">It, or another part, is not ready within 30 s of real time; the message says which, and why.</exception>
    public async Task<TestPart> StartRouterAsync()
    {
        var router = await StartPartAsync(RouterName, app => app.Services.AddBrokerServeRouter().Configure(_test.Apply)).ConfigureAwait(false);
        await UntilReadyAsync().ConfigureAwait(false);
        return router;
    }

    /// <summary>Starts a worker.</summary>
    /// <param name="backend">The backend that it serves.</param>
    /// <param name="configure">Its handlers and settings, as for <c>AddBrokerServeWorker</c>.</param>
    /// <returns>A worker that the routers know.</returns>
    /// <exception cref="TimeoutException">It, or another part, is not ready within 30 s of real time; the message says which, and why.</exception>
    public async Task<TestPart> StartWorkerAsync(string backend, Action<BrokerServeWorkerOptions> configure)
    {
        var worker = await StartWorkerPartAsync(backend, configure).ConfigureAwait(false);
        await UntilReadyAsync().ConfigureAwait(false);
        return worker;
    }

    /// <summary>Starts an application: what its own <c>Program</c> registers, with this broker and this clock in place of its own.</summary>
    /// <param name="configure">Registers the application's services.</param>
    /// <returns>An application whose clients and workers are ready.</returns>
    /// <exception cref="TimeoutException">It, or another part, is not ready within 30 s of real time; the message says which, and why.</exception>
    public async Task<TestPart> StartApplicationAsync(Action<HostApplicationBuilder> configure)
    {
        var application = await StartPartAsync(ApplicationName, configure).ConfigureAwait(false);
        await UntilReadyAsync().ConfigureAwait(false);
        return application;
    }

    /// <summary>Puts this system's broker and clock into a host that somebody else builds and runs.</summary>
    internal void Attach(IServiceCollection services)
    {
        var broker = new PartBroker(Broker);
        Attach(services, broker);
        services.AddHostedService(provider => new Attachment(
            () => Add(new TestPart(this, ApplicationName, provider, broker, host: null)), Remove));
    }

    /// <summary>A part is no more.</summary>
    internal void Remove(TestPart part)
    {
        lock (_lock)
        {
            _parts.Remove(part);
        }
    }

    private static string WorkerName(string backend) => $"worker {backend}";

    private async Task StartAllAsync()
    {
        // Who has a router comes first: it declares what the others wait for.
        if (_test.HasRouter)
        {
            await StartRouterAsync().ConfigureAwait(false);
        }

        foreach (var configure in _test.Applications)
        {
            await StartPartAsync(ApplicationName, configure).ConfigureAwait(false);
        }

        await UntilReadyAsync().ConfigureAwait(false);
        foreach (var (backend, configure) in _test.Workers)
        {
            await StartWorkerPartAsync(backend, configure).ConfigureAwait(false);
        }

        var client = await StartPartAsync(ClientName, app => app.Services.AddBrokerServeClient(_test.Apply)).ConfigureAwait(false);
        _client = client.Services.GetRequiredService<IBrokerServeClient>();
        await UntilReadyAsync().ConfigureAwait(false);
    }

    private Task<TestPart> StartWorkerPartAsync(string backend, Action<BrokerServeWorkerOptions> configure) =>
        StartPartAsync(WorkerName(backend), app =>
        {
            _test.ConfigureServices(app.Services);
            app.Services.AddBrokerServeWorker(backend, configure);
        });

    private async Task<TestPart> StartPartAsync(string name, Action<HostApplicationBuilder> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        var broker = new PartBroker(Broker);
        _test.ConfigureLogging(builder.Logging);
        configure(builder);
        Attach(builder.Services, broker);
        var host = builder.Build();
        var part = Add(new TestPart(this, name, host.Services, broker, host));
        await host.StartAsync().ConfigureAwait(false);
        return part;
    }

    private void Attach(IServiceCollection services, PartBroker broker)
    {
        services.Replace(ServiceDescriptor.Singleton<Transport.IBroker>(broker));
        services.Replace(ServiceDescriptor.Singleton<TimeProvider>(_time));
    }

    private TestPart Add(TestPart part)
    {
        lock (_lock)
        {
            _parts.Add(part);
        }

        return part;
    }

    /// <summary>Lets a host that somebody else runs come in when it starts, and go when it stops.</summary>
    private sealed class Attachment(Func<TestPart> come, Action<TestPart> go) : IHostedService
    {
        private TestPart? _part;

        public Task StartAsync(CancellationToken cancellationToken)
        {
            _part = come();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            go(_part!);
            return Task.CompletedTask;
        }
    }
}
