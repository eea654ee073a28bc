using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using BrokerServe.Host.Control;
using BrokerServe.Protocol.Control;
using BrokerServe.Router.Configuration;
using BrokerServe.Router.ControlLog;

namespace BrokerServe.Host.Commands;

/// <summary><c>brokerserve get</c>: what the control log comes to.</summary>
internal static class GetCommand
{
    private const string About = "Prints what the control log comes to: endpoints, backends, drained replicas.";

    private const string Details = """
        Version and hash are those that routers say in /health when they have it in force.

          brokerserve get
          brokerserve get endpoint greet --json

        Settings that are at their defaults are not shown; of user_config it is only shown that there is one.
        """;

    public static Command Create()
    {
        var kind = new Argument<string?>("KIND") { Description = "endpoint, backend or replica. Default: all.", Arity = ArgumentArity.ZeroOrOne };
        var name = new Argument<string?>("NAME") { Description = "One of them. Default: all.", Arity = ArgumentArity.ZeroOrOne };
        var command = new DetailedCommand("get", About, Details) { kind, name };
        var control = ControlOptions.AddTo(command);
        command.SetAction((parsed, _) =>
        {
            var job = control.Read(parsed);
            var (wantedKind, wantedName) = (parsed.GetValue(kind)?.TrimEnd('s'), parsed.GetValue(name));
            return ControlRun.RunAsync(job, async (author, stopping) =>
            {
                var state = await author.ReadAsync(stopping);
                ControlObject[] rows = [.. state.Objects.OrderBy(pair => pair.Key).Select(pair => pair.Value).Where(row =>
                    row.Value is not null && (wantedKind is null || row.Kind == wantedKind) && (wantedName is null || row.Name == wantedName))];
                if (wantedName is not null && rows.Length == 0)
                {
                    throw new RefusedException([$"There is no {wantedKind} {wantedName} in the control log; {Suggestion.For(wantedName, NamesOf(state, wantedKind!))}"]);
                }

                Print(job, state, rows);
                return ExitCodes.Ok;
            });
        });
        return command;
    }

    private static IEnumerable<string> NamesOf(ControlState state, string kind) =>
        state.Objects.Values.Where(row => row.Kind == kind && row.Value is not null).Select(row => row.Name);

    private static void Print(ControlJob job, ControlState state, ControlObject[] rows)
    {
        if (job.Json)
        {
            ControlText.Write(job.Output, new JsonObject
            {
                ["version"] = state.Version,
                ["hash"] = ControlHash.Print(state.Hash),
                ["offset"] = state.Offset,
                ["objects"] = new JsonArray([.. rows.Select(row => new JsonObject
                {
                    ["kind"] = row.Kind, ["name"] = row.Name, ["version"] = row.Version, ["value"] = ShownValue.Of(row),
                })]),
            });
            return;
        }

        job.Output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"Version {state.Version} of the control log, hash {ControlHash.Print(state.Hash)}."));
        if (rows.Length > 0)
        {
            ControlText.Write(job.Output, ["KIND", "NAME", "VERSION", "VALUE"], rows.Select(row => new[]
            {
                row.Kind, row.Name, row.Version.ToString(CultureInfo.InvariantCulture), ShownValue.Print(row),
            }));
        }
    }
}
