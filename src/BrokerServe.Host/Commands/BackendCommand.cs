using System.CommandLine;
using BrokerServe.Host.Control;
using BrokerServe.Router.Configuration;

namespace BrokerServe.Host.Commands;

/// <summary><c>brokerserve backend</c>: settings of backends.</summary>
internal static class BackendCommand
{
    private const string About = "Adds, configures and removes backends.";

    private const string Details = """
        Changes the control log, for every router that follows it. Settings reach running workers; no replica is restarted.

          brokerserve backend set v2 max_concurrent_queries=16 user_config=@file
          brokerserve backend set v2 max_concurrent_queries=
          brokerserve backend remove v1

        A backend that is not there is added, also without any setting. A setting without a value goes back to its default. What waits for a
        backend that is removed is answered backend_removed; one that an endpoint's traffic or shadows name is not removed.
        """;

    private static readonly Dictionary<string, string> Otherwise = new(StringComparer.Ordinal)
    {
        [nameof(BackendConfig.StaticReplicas)] = "is a list; write it in a file, and bring that into the log with 'brokerserve apply FILE'",
    };

    public static Command Create() => new DetailedCommand("backend", About, Details) { CreateSet(), CreateRemove() };

    private static DetailedCommand CreateSet()
    {
        var backend = new Argument<string>("BACKEND") { Description = "The backend." };
        var settings = new Argument<string[]>("SETTING=VALUE")
        {
            Description = "Settings as in a configuration file, with _ or without; @FILE takes the value from a file.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new DetailedCommand("set", "Sets some settings of a backend, and adds it when it is not there.", Details) { backend, settings };
        var control = ControlOptions.AddChangeTo(command);
        command.SetAction((parsed, _) =>
        {
            var name = parsed.GetValue(backend)!;
            var words = SettingWords.Read(parsed.GetValue(settings));
            var job = control.Read(parsed, $"backend set {name} {string.Join(' ', words.Select(word => word.Split('=')[0]))}".TrimEnd());
            return ControlRun.ChangeAsync(job, new RouterOptions { Prefix = job.Prefix }, (draft, _) =>
            {
                var before = draft.Control.Current.Backends.TryGetValue(name, out var there) ? there : new BackendConfig();
                var config = SettingWords.Apply(words, ConfigErrors.Backend(name), before, Otherwise);
                RefusedException.ThrowIfAny(draft.Control.ConfigureBackend(name, config).Errors);
                draft.Name(name);
            });
        });
        return command;
    }

    private static DetailedCommand CreateRemove()
    {
        var backend = new Argument<string>("BACKEND") { Description = "The backend." };
        var command = new DetailedCommand("remove", "Removes a backend that no endpoint names.", Details) { backend };
        var control = ControlOptions.AddChangeTo(command);
        command.SetAction((parsed, _) =>
        {
            var name = parsed.GetValue(backend)!;
            var job = control.Read(parsed, $"backend remove {name}");
            return ControlRun.ChangeAsync(job, new RouterOptions { Prefix = job.Prefix }, (draft, _) =>
                RefusedException.ThrowIfAny(draft.Control.RemoveBackend(name).Errors));
        });
        return command;
    }
}
