using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using BrokerServe.Host.Control;
using BrokerServe.Router.ControlLog;

namespace BrokerServe.Host.Commands;

/// <summary><c>brokerserve history</c>: who changed what.</summary>
internal static class HistoryCommand
{
    private const string About = "Lists the changes in the control log, the newest last.";

    private const string Details = """
        Also those that were refused, because another change of the same object was there first.

          brokerserve history
          brokerserve history --limit 100 --json
        """;

    public static Command Create()
    {
        var limit = Ranges.Count("--limit", 1, 1_000_000, 20, "So many of the newest.");
        var command = new DetailedCommand("history", About, Details) { limit };
        var control = ControlOptions.AddTo(command);
        command.SetAction((parsed, _) =>
        {
            var job = control.Read(parsed);
            var most = parsed.GetValue(limit);
            return ControlRun.RunAsync(job, async (author, stopping) =>
            {
                var newest = new Queue<ControlOutcome>();
                await author.ReadHistoryAsync(
                    (_, outcome) =>
                    {
                        if (outcome is { IsRepetition: false })
                        {
                            newest.Enqueue(outcome);
                        }

                        if (newest.Count > most)
                        {
                            newest.Dequeue();
                        }
                    },
                    stopping);
                Print(job, newest);
                return ExitCodes.Ok;
            });
        });
        return command;
    }

    private static void Print(ControlJob job, IReadOnlyCollection<ControlOutcome> outcomes)
    {
        if (job.Json)
        {
            ControlText.Write(job.Output, new JsonArray([.. outcomes.Select(ToJson)]));
            return;
        }

        ControlText.Write(job.Output, ["VERSION", "TIME", "AUTHOR", "NOTE", "OBJECTS"], outcomes.Select(outcome => new[]
        {
            outcome.Counts ? outcome.Version.ToString(CultureInfo.InvariantCulture) : "refused",
            ControlText.Time(outcome.Change.TimeUnixMs),
            outcome.Change.Author,
            outcome.Change.Note,
            string.Join(", ", outcome.Change.Edits.Select(edit => edit.Value is null ? $"- {ControlKey.Of(edit)}" : $"{ControlKey.Of(edit)}")),
        }));
    }

    private static JsonObject ToJson(ControlOutcome outcome) => new()
    {
        ["version"] = outcome.Counts ? outcome.Version : null,
        ["refused"] = !outcome.Counts,
        ["id"] = outcome.Change.Id,
        ["time_unix_ms"] = outcome.Change.TimeUnixMs,
        ["author"] = outcome.Change.Author,
        ["note"] = outcome.Change.Note,
        ["objects"] = new JsonArray([.. outcome.Change.Edits.Select(edit => new JsonObject
        {
            ["kind"] = edit.Kind, ["name"] = edit.Name, ["base"] = edit.Base, ["removed"] = edit.Value is null,
        })]),
    };
}
