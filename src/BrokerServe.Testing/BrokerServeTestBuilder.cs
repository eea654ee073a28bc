using BrokerServe.Client;
using BrokerServe.Router.Configuration;
using BrokerServe.Transport.InMemory;
using BrokerServe.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace BrokerServe.Testing;

/// <summary>Says what a <see cref="BrokerServeTestHost"/> has. Everything may be called several times, and adds up in the order written.</summary>
/// <remarks>
/// Only an endpoint, and the settings of a backend, are added once each. What it says is checked when the test host starts, by the options of the
/// parts themselves.
/// </remarks>
public sealed class BrokerServeTestBuilder
{
    private readonly Dictionary<string, EndpointConfig> _endpoints = new(StringComparer.Ordinal);
    private readonly Dictionary<string, BackendConfig> _backends = new(StringComparer.Ordinal);
    private readonly List<(string, Action<BrokerServeWorkerOptions>)> _workers = [];
    private readonly List<Action<HostApplicationBuilder>> _applications = [];
    private Action<RouterOptions>? _router;
    private Action<BrokerServeClientOptions>? _client;
    private Action<IServiceCollection>? _services;
    private Action<ILoggingBuilder>? _logging;

    internal BrokerServeTestBuilder()
    {
    }

    /// <summary>What the broker may hold, and what one message may measure.</summary>
    /// <value>Default: 256 MiB, and messages as over RabbitMQ.</value>
    public InMemoryBrokerOptions Broker { get; set; } = new();

    /// <summary>Whether the test host runs a router. Turn it off for an application that has one of its own.</summary>
    /// <value>Default true.</value>
    public bool HasRouter { get; set; } = true;

    internal IReadOnlyList<(string Backend, Action<BrokerServeWorkerOptions> Configure)> Workers => _workers;

    internal IReadOnlyList<Action<HostApplicationBuilder>> Applications => _applications;

    /// <summary>Serves an endpoint by a delegate: endpoint, backend of the same name, and a worker.</summary>
    /// <param name="endpoint">The endpoint's name.</param>
    /// <param name="handler">Answers calls that name no method.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">There is such an endpoint already.</exception>
    public BrokerServeTestBuilder Serve<TRequest, TReply>(string endpoint, Func<TRequest, TReply> handler) =>
        Serve(endpoint, worker => worker.Handle(handler));

    /// <inheritdoc cref="Serve{TRequest,TReply}(string,Func{TRequest,TReply})"/>
    public BrokerServeTestBuilder Serve<TRequest, TReply>(
        string endpoint, Func<TRequest, QueryContext, CancellationToken, ValueTask<TReply>> handler) =>
        Serve(endpoint, worker => worker.Handle(handler));

    /// <summary>Serves an endpoint: endpoint, backend of the same name, and a worker.</summary>
    /// <param name="endpoint">The endpoint's name.</param>
    /// <param name="worker">The worker's handlers and settings, as for <c>AddBrokerServeWorker</c>.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">There is such an endpoint already.</exception>
    public BrokerServeTestBuilder Serve(string endpoint, Action<BrokerServeWorkerOptions> worker) =>
        AddEndpoint(endpoint, endpoint).AddWorker(endpoint, worker);

    /// <summary>Adds an endpoint whose requests all go to one backend.</summary>
    /// <exception cref="ArgumentException">There is such an endpoint already.</exception>
    public BrokerServeTestBuilder AddEndpoint(string endpoint, string backend) =>
        AddEndpoint(endpoint, new EndpointConfig { Traffic = new Dictionary<string, double> { [backend] = 1 } });

    /// <summary>Adds an endpoint. Backends that it names and nobody adds have the default settings.</summary>
    /// <exception cref="ArgumentException">There is such an endpoint already.</exception>
    public BrokerServeTestBuilder AddEndpoint(string endpoint, EndpointConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        _endpoints.Add(endpoint, config);
        return this;
    }

    /// <summary>Adds a backend, for settings other than the default ones.</summary>
    /// <exception cref="ArgumentException">Its settings were added already.</exception>
    public BrokerServeTestBuilder AddBackend(string backend, BackendConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        _backends.Add(backend, config);
        return this;
    }

    /// <summary>Adds a worker, in a host of its own.</summary>
    /// <param name="backend">The backend that it serves.</param>
    /// <param name="configure">Its handlers and settings, as for <c>AddBrokerServeWorker</c>.</param>
    public BrokerServeTestBuilder AddWorker(string backend, Action<BrokerServeWorkerOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        _workers.Add((backend, configure));
        return this;
    }

    /// <summary>
    /// Adds an application: what its own <c>Program</c> registers, in a host of its own, with the test's broker and clock in place of those that
    /// it names.
    /// </summary>
    /// <param name="configure">Registers the application's services. <c>UseRabbitMq</c> may stay as it is: nothing connects there.</param>
    public BrokerServeTestBuilder AddApplication(Action<HostApplicationBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        _applications.Add(configure);
        return this;
    }

    /// <summary>Adds services that handlers and middleware of this test's workers need; each worker has its own.</summary>
    public BrokerServeTestBuilder AddServices(Action<IServiceCollection> configure)
    {
        _services += configure;
        return this;
    }

    /// <summary>Changes the settings of the test host's routers, after the endpoints and backends were added.</summary>
    public BrokerServeTestBuilder ConfigureRouter(Action<RouterOptions> configure)
    {
        _router += configure;
        return this;
    }

    /// <summary>Changes the settings of the test host's client.</summary>
    public BrokerServeTestBuilder ConfigureClient(Action<BrokerServeClientOptions> configure)
    {
        _client += configure;
        return this;
    }

    /// <summary>Says where all parts log to. By default they log nowhere.</summary>
    public BrokerServeTestBuilder AddLogging(Action<ILoggingBuilder> configure)
    {
        _logging += configure;
        return this;
    }

    internal void ConfigureServices(IServiceCollection services) => _services?.Invoke(services);

    internal void ConfigureLogging(ILoggingBuilder logging) => _logging?.Invoke(logging);

    internal void Apply(BrokerServeClientOptions options) => _client?.Invoke(options);

    internal void Apply(RouterOptions options)
    {
        foreach (var (name, config) in _endpoints)
        {
            options.Endpoints[name] = config;
            foreach (var backend in (config.Traffic?.Keys ?? []).Concat(config.Shadow?.Keys ?? []))
            {
                options.Backends.TryAdd(backend, new BackendConfig());
            }
        }

        foreach (var (backend, _) in _workers)
        {
            options.Backends.TryAdd(backend, new BackendConfig());
        }

        foreach (var (name, config) in _backends)
        {
            options.Backends[name] = config;
        }

        _router?.Invoke(options);
    }
}
