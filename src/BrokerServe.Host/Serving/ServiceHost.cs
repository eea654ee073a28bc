using BrokerServe.Host.Config;
using Microsoft.Extensions.Options;
using GenericHost = Microsoft.Extensions.Hosting.Host;

namespace BrokerServe.Host.Serving;

/// <summary>Runs a router or a worker until SIGINT or SIGTERM: configuration, logs, telemetry, health, and a clear line when it cannot.</summary>
internal static class ServiceHost
{
    /// <summary>Runs it; returns what the process exits with.</summary>
    /// <param name="settings">How it reports.</param>
    /// <param name="add">Adds what is to be run.</param>
    /// <param name="error">Where the reason goes when it cannot start.</param>
    public static async Task<int> RunAsync(
        ServiceSettings settings, Action<IServiceCollection, IConfiguration> add, TextWriter error)
    {
        if (settings.Http is { } url && HttpAddress.IsTaken(url))
        {
            await error.WriteLineAsync($"{url} is in use by another process. Choose another address with --http.");
            return ExitCodes.Failed;
        }

        using var host = Build(settings, add);
        if (FindFaults(host) is { Length: > 0 } faults)
        {
            foreach (var fault in faults)
            {
                await error.WriteLineAsync(fault);
            }

            return ExitCodes.Usage;
        }

        await host.StartAsync();
        await host.WaitForShutdownAsync();
        return ExitCodes.Ok;
    }

    // What the host would find when it starts, found without its stack traces in the log.
    private static string[] FindFaults(IHost host)
    {
        try
        {
            host.Services.GetService<IStartupValidator>()?.Validate();
            return [];
        }
        catch (OptionsValidationException invalid)
        {
            return [.. invalid.Failures];
        }
        catch (AggregateException several)
        {
            return
            [
                .. several.Flatten().InnerExceptions.SelectMany(
                    fault => fault is OptionsValidationException invalid ? invalid.Failures : [fault.Message]),
            ];
        }
    }

    private static IHost Build(ServiceSettings settings, Action<IServiceCollection, IConfiguration> add)
    {
        if (settings.Http is not { } url)
        {
            var plain = GenericHost.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
            Configure(plain, settings, add);
            return Follow(plain.Build());
        }

        var web = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        web.WebHost.UseKestrelCore().UseUrls(url.GetLeftPart(UriPartial.Authority));
        web.Services.AddRoutingCore();
        Configure(web, settings, add);
        var app = web.Build();
        app.UseRouting();
        HealthPages.Map(app);
        StatusPage.Map(app);
        app.MapPrometheusScrapingEndpoint("/metrics");
        return Follow(app);
    }

    private static IHost Follow(IHost host)
    {
        host.Services.GetService<FollowedFile>()?.LogTo(host.Services.GetRequiredService<ILoggerFactory>());
        return host;
    }

    private static void Configure(
        IHostApplicationBuilder builder, ServiceSettings settings, Action<IServiceCollection, IConfiguration> add)
    {
        if (ConfigFile.AddTo(builder.Configuration, settings.ConfigFile, "--config") is { } followed)
        {
            builder.Services.AddSingleton(followed);
        }

        Logs.Configure(builder.Logging, settings.Format, settings.Level);
        Telemetry.Add(builder.Services, builder.Configuration, settings.Service, pages: settings.Http is not null);
        builder.Services.AddHealthChecks();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = settings.StopTimeout);
        add(builder.Services, builder.Configuration);
    }
}
