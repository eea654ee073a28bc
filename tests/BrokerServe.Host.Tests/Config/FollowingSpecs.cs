using System.Collections.Concurrent;
using BrokerServe.Host.Serving;
using BrokerServe.Router.Routing;
using BrokerServe.Transport.InMemory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace BrokerServe.Host.Tests.Config;

/// <summary>A router's file while the router runs: what cannot be read is reported, and changes nothing.</summary>
public sealed class FollowingSpecs : IDisposable
{
    private readonly Trial _trial = new();
    private readonly LogBook _book = new();

    [Theory]
    [InlineData("{ \"BrokerServe\": { \"Endpoints\":", "LineNumber: 0")]
    [InlineData("", "LineNumber: 0")]
    [InlineData(null, "Could not find file")]
    public async Task A_file_that_is_broken_or_gone_is_reported_and_the_last_good_one_stays_in_force(string? broken, string reason)
    {
        _trial.Save(Serving("v1"));
        using var broker = new InMemoryBroker();
        var started = new TaskCompletionSource<IServiceProvider>();
        var settings = new ServiceSettings("test", null, LogFormat.Text, LogLevel.Information) { ConfigFile = _trial.File };
        var running = ServiceHost.RunAsync(
            settings,
            (services, configuration) =>
            {
                services.AddBrokerServeRouter().LoadFromConfig(configuration.GetSection("BrokerServe")).UseBroker(broker);
                services.AddSingleton<ILoggerProvider>(_book);
                services.AddHostedService(provider => new Started(provider, started));
            },
            TextWriter.Null);
        var router = await Within.ReasonAsync(started.Task, "the router started");
        var control = router.GetRequiredService<IRouterControl>();

        var reported = _book.Next(6001);
        if (broken is null)
        {
            File.Delete(_trial.File);
        }
        else
        {
            _trial.Save(broken);
        }

        var line = await Within.ReasonAsync(reported, "the broken file was reported");
        Assert.StartsWith($"The changed configuration file {_trial.File} cannot be read; the last good configuration stays in force. ", line);
        Assert.Contains(reason, line, StringComparison.Ordinal);
        Assert.Equal(["v1"], control.Current.Endpoints["greet"].Traffic!.Keys);

        // Mended, it is followed again; and nothing but that was said in between.
        var applied = _book.Next(104);
        _trial.Save(Serving("v2"));
        await Within.ReasonAsync(applied, "the mended file was applied");
        Assert.Equal(["v2"], control.Current.Endpoints["greet"].Traffic!.Keys);
        Assert.DoesNotContain(105, _book.Ids);

        router.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        Assert.Equal(0, await Within.ReasonAsync(running, "the router stopped"));
    }

    public void Dispose()
    {
        _trial.Dispose();
        _book.Dispose();
    }

    private static string Serving(string backend) =>
        $$"""{ "BrokerServe": { "Endpoints": { "greet": { "Traffic": { "{{backend}}": 1 } } }, "Backends": { "v1": {}, "v2": {} } } }""";

    private sealed class Started(IServiceProvider provider, TaskCompletionSource<IServiceProvider> started) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            provider.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted.Register(() => started.TrySetResult(provider));
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class LogBook : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<(int Id, TaskCompletionSource<string> Seen)> _awaited = new();

        public ConcurrentQueue<int> Ids { get; } = new();

        /// <summary>The first line of this event from now on.</summary>
        public Task<string> Next(int id)
        {
            var seen = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaited.Enqueue((id, seen));
            return seen.Task;
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Ids.Enqueue(eventId.Id);
            foreach (var (_, seen) in _awaited.Where(awaited => awaited.Id == eventId.Id))
            {
                seen.TrySetResult(formatter(state, exception));
            }
        }

        public void Dispose()
        {
        }
    }
}
