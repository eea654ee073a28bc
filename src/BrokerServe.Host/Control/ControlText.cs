using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace BrokerServe.Host.Control;

/// <summary>How commands of the control log print.</summary>
internal static class ControlText
{
    // For terminals and files, not for web pages.
    private static readonly JsonSerializerOptions Printed = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonSerializerOptions Short = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string OneLine(JsonNode? json) => json?.ToJsonString(Short) ?? "";

    public static void Write(TextWriter output, JsonNode json) => output.WriteLine(json.ToJsonString(Printed));

    /// <summary>Objects with a sign for what becomes of each, and below each the settings that differ.</summary>
    public static void Write(TextWriter output, IReadOnlyList<PlannedObject> plan)
    {
        foreach (var (key, action, settings) in plan)
        {
            output.WriteLine($" {Sign(action)} {key}");
            foreach (var (name, before, after) in settings)
            {
                output.WriteLine(before is null ? $"     {name,-24} {after}" : $"     {name,-24} {before} -> {after}");
            }
        }
    }

    /// <summary>Rows below headings, without borders, as wide as they are: others cut and search them.</summary>
    public static void Write(TextWriter output, string[] headings, IEnumerable<string[]> rows)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        console.Profile.Width = 10_000;
        var table = new Table().NoBorder();
        foreach (var heading in headings)
        {
            table.AddColumn(new TableColumn(new Text(heading)).NoWrap());
        }

        foreach (var row in rows)
        {
            table.AddRow(row.Select(cell => new Text(cell)));
        }

        console.Write(table);
    }

    /// <summary>A time of the wall clock, to the second.</summary>
    public static string Time(long unixMs) =>
        unixMs == 0 ? "" : DateTimeOffset.FromUnixTimeMilliseconds(unixMs).ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static char Sign(string action) => action switch { "add" => '+', "remove" => '-', _ => '~' };
}
