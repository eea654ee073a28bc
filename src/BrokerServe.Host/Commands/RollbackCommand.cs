using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using BrokerServe.Host.Control;
using BrokerServe.Protocol.Control;
using BrokerServe.Router.Configuration;
using BrokerServe.Router.ControlLog;

namespace BrokerServe.Host.Commands;

/// <summary><c>brokerserve rollback</c>: as it was.</summary>
internal static class RollbackCommand
{
    private const string About = "Makes everything in the control log as it was in an earlier version.";

    private const string Details = """
        It is a change like any other, on top of all that came since, and can be rolled back itself. Replicas that are drained stay so.

          brokerserve rollback 17 --dry-run
          brokerserve rollback 17

        Versions are in 'brokerserve history'.
        """;

    public static Command Create()
    {
        var version = new Argument<long>("VERSION") { Description = "The version to go back to; 0 is before the first change.", CustomParser = Parse };
        var command = new DetailedCommand("rollback", About, Details) { version };
        var control = ControlOptions.AddChangeTo(command);
        command.SetAction((parsed, _) =>
        {
            var wanted = parsed.GetValue(version);
            var job = control.Read(parsed, string.Create(CultureInfo.InvariantCulture, $"rollback {wanted}"));
            var options = new RouterOptions { Prefix = job.Prefix };
            ControlState? then = null;
            return ControlRun.ChangeAsync(
                job,
                state => Decide(state, then!, options),
                before: async (author, stopping) => then = await FindAsync(author, wanted, stopping));
        });
        return command;
    }

    private static async Task<ControlState> FindAsync(ControlAuthor author, long wanted, CancellationToken stopping)
    {
        ControlState? then = null, oldest = null, newest = null;
        await author.ReadHistoryAsync(
            (state, _) =>
            {
                oldest ??= state;
                newest = state;
                then = state.Version == wanted ? state : then;
            },
            stopping);
        return then ?? throw new RefusedException([string.Create(
            CultureInfo.InvariantCulture,
            $"There is no version {wanted} in the control log; it has versions {oldest!.Version} to {newest!.Version}.")]);
    }

    private static IReadOnlyList<ControlEdit> Decide(ControlState state, ControlState then, RouterOptions options)
    {
        // Checked as a whole configuration, and written as it stood there, with what this version does not know.
        var draft = new ControlDraft(state, options);
        RefusedException.ThrowIfAny(draft.Control.Apply(new ControlReading(options.Section).Read(then).Config).Errors);
        return [.. state.Objects.Keys.Union(then.Objects.Keys)
            .Where(key => key.Kind != ControlKinds.Replica && state.Find(key)?.Value != then.Find(key)?.Value)
            .Order()
            .Select(key => new ControlEdit(key.Kind, key.Name, state.VersionOf(key), then.Find(key)?.Value))];
    }

    private static long Parse(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version))
        {
            return version;
        }

        result.AddError($"'{text}' is no version; write a number from 'brokerserve history'.");
        return 0;
    }
}
