using System.CommandLine;
using BrokerServe.Host.Control;
using BrokerServe.Router.Configuration;
using BrokerServe.Router.ControlLog;

namespace BrokerServe.Host.Commands;

/// <summary><c>brokerserve traffic</c>: who gets an endpoint's requests, and copies of them.</summary>
internal static class TrafficCommand
{
    private const string About = "Says which backends get an endpoint's requests, and which get copies.";

    private const string Details = """
        Changes the control log; every router that follows it has the new shares within moments, and no call fails of it.

          brokerserve traffic set greet v1=0.9 v2=0.1
          brokerserve traffic shadow greet v3=0.05
          brokerserve traffic shadow greet v3=0

        Weights sum to 1, and setting them keeps the shadows. A shadow's share is from 0 to 1, each for itself; 0 ends it.
        """;

    public static Command Create() => new DetailedCommand("traffic", About, Details)
    {
        Create("set", "Sets all weights of an endpoint's traffic.", (draft, endpoint, shares) =>
            RefusedException.ThrowIfAny(draft.Control.SetTraffic(endpoint, shares).Errors)),
        Create("shadow", "Sets which share of the requests a backend gets copies of.", (draft, endpoint, shares) =>
        {
            foreach (var (backend, proportion) in shares)
            {
                RefusedException.ThrowIfAny(draft.Control.SetShadow(endpoint, backend, proportion).Errors);
            }
        }),
    };

    private static DetailedCommand Create(string name, string about, Action<ControlDraft, string, IReadOnlyDictionary<string, double>> make)
    {
        var endpoint = new Argument<string>("ENDPOINT") { Description = "The endpoint." };
        var shares = new Argument<string[]>("BACKEND=SHARE") { Description = "Backends and numbers.", Arity = ArgumentArity.OneOrMore };
        var command = new DetailedCommand(name, about, Details) { endpoint, shares };
        var control = ControlOptions.AddChangeTo(command);
        command.SetAction((parsed, _) =>
        {
            var words = parsed.GetValue(shares)!;
            var wanted = SettingWords.Shares(words);
            var job = control.Read(parsed, $"traffic {name} {parsed.GetValue(endpoint)} {string.Join(' ', words)}");
            return ControlRun.ChangeAsync(job, new RouterOptions { Prefix = job.Prefix }, (draft, _) => make(draft, parsed.GetValue(endpoint)!, wanted));
        });
        return command;
    }
}
