using BrokerServe.Router.Configuration;
using BrokerServe.Router.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace BrokerServe.Router.Tests.Configuration;

/// <summary>The configuration part of a router as a host has it: read from memory, and changed as a file would be.</summary>
internal sealed class EmbeddedRouter : IAsyncDisposable
{
    private readonly RewritableSource _source;
    private readonly ServiceProvider _services;
    private IHostedService? _started;

    public EmbeddedRouter(Action<IBrokerServeRouterBuilder>? more = null, params (string Key, string? Value)[] settings)
    {
        _source = new RewritableSource(settings);
        var section = new ConfigurationBuilder().Add(_source).Build().GetSection("BrokerServe");
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.ClearProviders().AddProvider(Book).SetMinimumLevel(LogLevel.Trace));
        var builder = services.AddBrokerServeRouter().LoadFromConfig(section);
        more?.Invoke(builder);
        _services = services.BuildServiceProvider();
    }

    public LogBook Book { get; } = new();

    public IRouterControl Control => _services.GetRequiredService<IRouterControl>();

    public RouterOptions Options => _services.GetRequiredService<IOptions<RouterOptions>>().Value;

    /// <summary>Checks and starts what a host would check and start, as far as it is about configuration.</summary>
    public async Task StartAsync()
    {
        _services.GetRequiredService<IStartupValidator>().Validate();
        _started = ActivatorUtilities.CreateInstance<ConfigFollower>(_services); // Alone: the router beside it wants a broker.
        await _started.StartAsync(CancellationToken.None);
    }

    public Task StopAsync() => _started?.StopAsync(CancellationToken.None) ?? Task.CompletedTask;

    /// <summary>Puts settings in the place of all that there were, as a file that is saved.</summary>
    public void Rewrite(params (string Key, string? Value)[] settings) => _source.Rewrite(settings);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _services.DisposeAsync();
    }
}
