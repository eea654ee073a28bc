using System.Globalization;
using System.Text;
using System.Text.Json;
using BrokerServe.Host.Measuring;
using BrokerServe.Host.Tables;
using BrokerServe.Host.Watching;

namespace BrokerServe.Host.Status;

/// <summary>What is there and what is wrong, for people or for machines.</summary>
/// <param name="Seen">What is there.</param>
/// <param name="Queues">What waits at the broker.</param>
/// <param name="Problems">What is wrong.</param>
internal sealed record StatusReport(Sighting Seen, IReadOnlyList<EndpointQueue> Queues, IReadOnlyList<Problem> Problems)
{
    // More than fits in a window; a thousand replicas are for --json and top.
    private const int MostRows = 40;

    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    /// <summary>Whether calls wait or fail now.</summary>
    public bool HasFailed => Problems.Any(static problem => problem.Severity == Severity.Error);

    public string ToText(int width)
    {
        var text = new StringBuilder();
        foreach (var section in Sections.Of(Seen.System))
        {
            AppendSection(text, section, width);
        }

        foreach (var queue in Queues.Where(static queue => queue.Waiting > 0))
        {
            text.AppendLine(Invariant, $"In the broker {queue.Waiting:N0} requests wait for endpoint {queue.Endpoint}.");
        }

        if (Problems.Count == 0)
        {
            text.AppendLine("Nothing is wrong.");
        }

        Append(text, Problems);
        return text.ToString();
    }

    /// <summary>A paragraph for each problem.</summary>
    public static void Append(StringBuilder text, IEnumerable<Problem> problems)
    {
        foreach (var problem in problems)
        {
            text.AppendLine(Invariant, $"{problem.Severity.ToString().ToLowerInvariant(),-7}  {Pictures.Printable.Of(problem.About)}: {Pictures.Printable.Of(problem.Message)}");
            if (problem.Remedy.Length > 0)
            {
                text.AppendLine(Invariant, $"         {problem.Remedy}");
            }
        }
    }

    /// <param name="prefix">Under which names the system is; null: whoever asks knows.</param>
    /// <param name="at">When it was so; null: now.</param>
    public string ToJson(string? prefix, string? at = null) => Figures.Object(json =>
    {
        if (at is not null)
        {
            json.WriteString("at", at);
        }

        if (prefix is not null)
        {
            json.WriteString("prefix", prefix);
        }

        ViewJson.Write(json, Seen.System);
        json.WriteStartArray("queues");
        foreach (var queue in Queues)
        {
            json.WriteStartObject();
            json.WriteString("endpoint", queue.Endpoint);
            ViewJson.Write(json, "waiting", queue.Waiting);
            json.WriteNumber("consumers", queue.Consumers);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteProblems(json, Problems);
    });

    public static void WriteProblems(Utf8JsonWriter json, IEnumerable<Problem> problems)
    {
        json.WriteStartArray("problems");
        foreach (var problem in problems)
        {
            json.WriteStartObject();
            json.WriteString("severity", problem.Severity.ToString().ToLowerInvariant());
            json.WriteString("code", problem.Code);
            json.WriteString("about", problem.About);
            json.WriteString("message", problem.Message);
            json.WriteString("remedy", problem.Remedy);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void AppendSection(StringBuilder text, Section section, int width)
    {
        if (section.Rows.Count == 0)
        {
            return;
        }

        var layout = ColumnLayout.Of(section, width);
        text.AppendLine(string.Concat(layout.Shown.Select(i => layout.Print(section, i, ColumnLayout.HeaderOf(section, i)))).TrimEnd());
        foreach (var row in section.Rows.Take(MostRows))
        {
            text.AppendLine(string.Concat(layout.Shown.Select(i => layout.Print(section, i, row.Cells[i].Text))).TrimEnd());
        }

        if (section.Rows.Count > MostRows)
        {
            text.AppendLine(Invariant, $"... and {section.Rows.Count - MostRows:N0} more, which --json shows.");
        }

        text.AppendLine();
    }
}
