using System.CommandLine;
using BrokerServe.Host.Control;
using BrokerServe.Router.Configuration;
using BrokerServe.Router.ControlLog;

namespace BrokerServe.Host.Commands;

/// <summary><c>brokerserve endpoint</c>: what can be called.</summary>
internal static class EndpointCommand
{
    private const string About = "Adds, configures and removes endpoints.";

    private const string Details = """
        Changes the control log, for every router that follows it.

          brokerserve endpoint add greet --traffic v1=0.9 v2=0.1
          brokerserve endpoint add audit queue_type=quorum default_timeout=10s
          brokerserve endpoint set greet max_body_bytes=65536
          brokerserve endpoint remove greet

        Without traffic an endpoint's requests wait at the broker. The type of its queue is for life. What waits at an endpoint that is removed
        is answered endpoint_removed, its queue is deleted, and what is in flight finishes; the command waits until the queue is gone, and exits
        with 1 when it is not within --timeout, although the removal counts.
        """;

    private const string ByTraffic = "is set by 'brokerserve traffic'";

    private static readonly Dictionary<string, string> Otherwise = new(StringComparer.Ordinal)
    {
        [nameof(EndpointConfig.Traffic)] = ByTraffic,
        [nameof(EndpointConfig.Shadow)] = ByTraffic,
    };

    public static Command Create() => new DetailedCommand("endpoint", About, Details) { CreateAdd(), CreateSet(), CreateRemove() };

    private static DetailedCommand CreateAdd()
    {
        var traffic = new Option<string[]>("--traffic")
        {
            Description = "Weights by backend, that sum to 1. Default: none yet.",
            HelpName = "BACKEND=WEIGHT",
            AllowMultipleArgumentsPerToken = true,
        };
        var command = CreateSetting("add", "Adds an endpoint.", (parsed, draft, name, words) =>
        {
            var shares = parsed.GetValue(traffic) is { Length: > 0 } said ? SettingWords.Shares(said) : null;
            var config = SettingWords.Apply(words, ConfigErrors.Endpoint(name), new EndpointConfig { Traffic = shares }, Otherwise);
            RefusedException.ThrowIfAny(draft.Control.AddEndpoint(name, config).Errors);
        });
        command.Add(traffic);
        return command;
    }

    private static DetailedCommand CreateSet() => CreateSetting("set", "Sets some settings of an endpoint that is there.", (_, draft, name, words) =>
    {
        var before = draft.Control.Current.Endpoints.TryGetValue(name, out var there) ? there : new EndpointConfig();
        RefusedException.ThrowIfAny(draft.Control.ConfigureEndpoint(name, SettingWords.Apply(words, ConfigErrors.Endpoint(name), before, Otherwise)).Errors);
    });

    private static DetailedCommand CreateSetting(string verb, string about, Action<ParseResult, ControlDraft, string, string[]> make)
    {
        var endpoint = new Argument<string>("ENDPOINT") { Description = "The endpoint." };
        var settings = new Argument<string[]>("SETTING=VALUE")
        {
            Description = "Settings as in a configuration file, with _ or without.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new DetailedCommand(verb, about, Details) { endpoint, settings };
        var control = ControlOptions.AddChangeTo(command);
        command.SetAction((parsed, _) =>
        {
            var (name, words) = (parsed.GetValue(endpoint)!, SettingWords.Read(parsed.GetValue(settings)));
            var job = control.Read(parsed, $"endpoint {verb} {name} {string.Join(' ', words.Select(word => word.Split('=')[0]))}".TrimEnd());
            return ControlRun.ChangeAsync(job, new RouterOptions { Prefix = job.Prefix }, (draft, _) => make(parsed, draft, name, words));
        });
        return command;
    }

    private static DetailedCommand CreateRemove()
    {
        var endpoint = new Argument<string>("ENDPOINT") { Description = "The endpoint." };
        var command = new DetailedCommand("remove", "Removes an endpoint, and waits until its queue is gone.", Details) { endpoint };
        var control = ControlOptions.AddChangeTo(command);
        command.SetAction((parsed, _) =>
        {
            var name = parsed.GetValue(endpoint)!;
            var job = control.Read(parsed, $"endpoint remove {name}");
            return ControlRun.ChangeAsync(
                job,
                new RouterOptions { Prefix = job.Prefix },
                (draft, _) => RefusedException.ThrowIfAny(draft.Control.RemoveEndpoint(name).Errors),
                stopping => QueueWatch.UntilGoneAsync(job, name, stopping));
        });
        return command;
    }
}
