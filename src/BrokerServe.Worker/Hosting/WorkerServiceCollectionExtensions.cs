using System.Diagnostics.Metrics;
using BrokerServe.Transport;
using BrokerServe.Transport.Supervision;
using BrokerServe.Worker;
using BrokerServe.Worker.Telemetry;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds workers to a host.</summary>
public static class WorkerServiceCollectionExtensions
{
    /// <summary>Serves a backend from this process.</summary>
    /// <remarks>
    /// <code>
    /// builder.Services.AddBrokerServeWorker("greet-v1", worker =>
    /// {
    ///     worker.Replicas = 2;
    ///     worker.MaxConcurrentQueries = 8;
    ///
    ///     // Calls that name no method; async, with everything there is to know about the query.
    ///     worker.Handle&lt;Greet, string&gt;(async (greet, query, cancellation) =>
    ///     {
    ///         var people = query.Services.GetRequiredService&lt;People&gt;();
    ///         return $"Hello, {await people.NickNameOfAsync(greet.Name, cancellation)}!";
    ///     });
    ///
    ///     // Calls of the method "shout"; as short as it gets.
    ///     worker.Handle&lt;string, string&gt;("shout", text => text.ToUpperInvariant());
    ///
    ///     // Up to 8 queries in one call, one result for each, in order.
    ///     worker.HandleBatch&lt;int, int&gt;("square", (batch, cancellation) => batch.Select(x => x * x));
    ///
    ///     // Bytes in, bytes out.
    ///     worker.HandleRaw("echo", query => query.Echo());
    ///
    ///     // A class of its own, with services in its constructor.
    ///     worker.AddHandler&lt;FarewellHandler&gt;();
    ///
    ///     // Around every handler, in the order written.
    ///     worker.Use&lt;OnlyKnownTenants&gt;();
    ///     worker.Use(async (query, next, cancellation) =>
    ///     {
    ///         using var measured = Measure(query.Method);
    ///         return await next(query, cancellation);
    ///     });
    ///
    ///     // What the operator writes into the backend's UserConfig, live.
    ///     worker.OnReconfigure((text, cancellation) => Greetings.LoadAsync(text, cancellation));
    /// }).UseRabbitMq("amqp://localhost");
    /// </code>
    /// Several workers may share a host; each backend is added once. Settings can also come from configuration:
    /// <c>services.Configure&lt;BrokerServeWorkerOptions&gt;("greet-v1", section)</c>. They are checked when the host starts:
    /// an <see cref="OptionsValidationException"/> then carries every fault. Traces and metrics are named <c>BrokerServe.Worker</c>; the health
    /// check <c>brokerserve-worker-greet-v1</c> is tagged <c>ready</c>.
    /// </remarks>
    /// <param name="services">The host's services.</param>
    /// <param name="backend">The backend's name, as the router's traffic policies have it.</param>
    /// <param name="configure">Adds handlers and changes settings.</param>
    /// <returns>Where to say which broker: <c>UseRabbitMq</c> or <c>UseInMemory</c>.</returns>
    /// <exception cref="ArgumentException"><paramref name="backend"/> is empty. Whether it is a name is checked when the host starts.</exception>
    /// <exception cref="InvalidOperationException">The host has a worker for this backend already.</exception>
    public static IBrokerServeBuilder AddBrokerServeWorker(
        this IServiceCollection services, string backend, Action<BrokerServeWorkerOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(backend);
        ArgumentNullException.ThrowIfNull(configure);
        foreach (var service in services)
        {
            if (service.ServiceType == typeof(WorkerService) && Equals(service.ServiceKey, backend))
            {
                throw new InvalidOperationException(
                    $"This host has a worker for backend {backend} already; set Replicas to have more than one replica.");
            }
        }

        services.AddOptions<BrokerServeWorkerOptions>(backend).Configure(configure).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<BrokerServeWorkerOptions>>(new WorkerOptionsValidator(backend));
        services.TryAddSingleton(provider => new WorkerMetrics(provider.GetService<IMeterFactory>()));
        services.AddKeyedSingleton(backend, (provider, _) => NewWorker(provider, backend));
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredKeyedService<WorkerService>(backend));
        services.AddSingleton<IMovingPart>(provider => provider.GetRequiredKeyedService<WorkerService>(backend));
        services.AddHealthChecks().Add(new HealthCheckRegistration(
            $"brokerserve-worker-{backend}",
            provider => new WorkerHealthCheck(provider.GetRequiredKeyedService<WorkerService>(backend)),
            HealthStatus.Unhealthy,
            ["ready"]));
        return new WorkerBuilder(services);
    }

    private static WorkerService NewWorker(IServiceProvider provider, string backend)
    {
        var broker = provider.GetService<IBroker>() ?? throw new InvalidOperationException(
            $"Worker {backend} does not know its broker: add .UseRabbitMq(uri) or .UseInMemory() behind AddBrokerServeWorker.");
        var options = provider.GetRequiredService<IOptionsMonitor<BrokerServeWorkerOptions>>().Get(backend);
        return new WorkerService(
            new WorkerModel(backend, options),
            broker,
            provider.GetRequiredService<IServiceScopeFactory>(),
            provider.GetRequiredService<WorkerMetrics>(),
            provider.GetService<TimeProvider>() ?? TimeProvider.System,
            provider.GetRequiredService<ILogger<WorkerService>>());
    }
}
