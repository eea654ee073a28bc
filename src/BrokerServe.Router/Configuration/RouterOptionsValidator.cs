using BrokerServe.Transport.Supervision;
using Microsoft.Extensions.Options;

namespace BrokerServe.Router.Configuration;

/// <summary>Everything that is wrong with a router's configuration: what could not be read, single settings, relations, endpoints, backends.</summary>
internal sealed class RouterOptionsValidator : IValidateOptions<RouterOptions>
{
    public ValidateOptionsResult Validate(string? name, RouterOptions options)
    {
        var errors = new ConfigErrors(options.Section);
        RangeCheck.Check(place: null, options, errors);
        NameCheck.Check(nameof(RouterOptions.Prefix), options.Prefix, errors);
        if (options.RouterId is { } id)
        {
            NameCheck.Check(nameof(RouterOptions.RouterId), id, errors);
            if (id.Length > RouterIdentity.MaxGivenLength)
            {
                errors.Add(
                    nameof(RouterOptions.RouterId),
                    $"has {id.Length} characters; at most {RouterIdentity.MaxGivenLength} leave room for the letters drawn at each start");
            }
        }

        CheckLease(options, errors);
        CheckReconnect(options.Reconnect, errors);
        CheckControlLog(options, errors);
        string[] all = [.. options.ReadErrors, .. errors.All, .. new ConfigValidator(options).Validate(options.ToConfig())];
        return all.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(all);
    }

    private static void CheckLease(RouterOptions options, ConfigErrors errors)
    {
        if (options.LeaseTimeout < 2 * options.HeartbeatInterval)
        {
            errors.Add(
                nameof(RouterOptions.LeaseTimeout),
                $"is {Duration.Print(options.LeaseTimeout)}, and must be at least twice {nameof(RouterOptions.HeartbeatInterval)} "
                + $"({Duration.Print(options.HeartbeatInterval)}), or one late heartbeat loses a replica");
        }
    }

    private static void CheckControlLog(RouterOptions options, ConfigErrors errors)
    {
        if (options.ControlLog && options.Endpoints.Count + options.Backends.Count > 0)
        {
            errors.Add(
                nameof(RouterOptions.ControlLog),
                $"is true, so endpoints and backends come from the control log, but {options.Endpoints.Count} endpoints and {options.Backends.Count} "
                + "backends stand beside it; bring them into the log with 'brokerserve apply FILE' and take them out here, or set it to false");
        }
    }

    private static void CheckReconnect(ReconnectOptions? reconnect, ConfigErrors errors)
    {
        if (reconnect is null)
        {
            errors.Add(nameof(RouterOptions.Reconnect), "is null; leave it alone for its defaults");
            return;
        }

        foreach (var (setting, problem) in reconnect.FindFaults(Duration.Print))
        {
            errors.Add($"{nameof(RouterOptions.Reconnect)}:{setting}", problem);
        }
    }
}
