using BrokerServe.Router.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace BrokerServe.Router.Configuration;

/// <summary>Prints what is in force at start, and brings changes of the configuration to the router while it runs.</summary>
/// <remarks>A configuration with an error changes nothing: the last good one stays in force, and every error is logged.</remarks>
internal sealed class ConfigFollower(
    IEnumerable<ConfigSource> sources,
    IOptionsFactory<RouterOptions> reader,
    IOptions<RouterOptions> started,
    IRouterControl control,
    ILogger<ConfigFollower> logger) : IHostedService
{
    private readonly Lock _reading = new(); // Two files may change at once; the last to be read is what stays.
    private readonly List<IDisposable> _subscriptions = [];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        EffectiveConfig.Log(logger, started.Value, control.Current);
        foreach (var source in sources)
        {
            _subscriptions.Add(ChangeToken.OnChange(source.Section.GetReloadToken, Follow));
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _subscriptions.ForEach(subscription => subscription.Dispose());
        _subscriptions.Clear();
        return Task.CompletedTask;
    }

    private void Follow()
    {
        lock (_reading)
        {
            try
            {
                Take(reader.Create(Options.DefaultName));
            }
            catch (OptionsValidationException refused)
            {
                Refuse(refused.Failures);
            }
#pragma warning disable CA1031 // The top of a callback: what escapes would end the watching of all configuration in the process.
            catch (Exception failure)
            {
                ConfigLog.NotRead(logger, failure);
            }
#pragma warning restore CA1031
        }
    }

    private void Take(RouterOptions options)
    {
        var before = control.Current;
        if (!started.Value.ControlLog && options.Endpoints.Count == 0 && options.Backends.Count == 0 && before.Endpoints.Count > 0)
        {
            // .NET reads a file that is gone as an empty one: what an editor does between two writes must not stop every endpoint.
            Refuse([$"{options.Section}: names no endpoint and no backend any more; to stop serving, stop the router or remove them by command"]);
            return;
        }

        foreach (var setting in Setting.Of(typeof(RouterOptions)).Where(s => !Equals(s.Get(options), s.Get(started.Value))))
        {
            ConfigLog.NeedsRestart(logger, setting.Name, setting.PrintOf(started.Value), setting.PrintOf(options));
        }

        if (started.Value.ControlLog)
        {
            return; // What is served does not come from here.
        }

        var result = control.Apply(options.ToConfig());
        if (!result.Succeeded)
        {
            Refuse(result.Errors);
        }
        else if (result.Changed)
        {
            ConfigLog.Applied(logger);
            EffectiveConfig.LogChanges(logger, before, control.Current);
        }
    }

    private void Refuse(IEnumerable<string> errors)
    {
        foreach (var error in errors)
        {
            ConfigLog.Refused(logger, error);
        }
    }
}
