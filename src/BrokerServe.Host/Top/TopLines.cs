using System.Globalization;
using BrokerServe.Host.Status;
using BrokerServe.Host.Tables;

namespace BrokerServe.Host.Top;

/// <summary>The numbers of <c>top</c> as lines, for files and pipes: one for each endpoint and backend, or one JSON object.</summary>
internal static class TopLines
{
    public static void Write(TextWriter output, TopFrame frame, TopState state, bool json)
    {
        var at = frame.At.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        if (json)
        {
            output.WriteLine(new StatusReport(frame.Seen, [], ProblemFinder.Find(frame.Seen, [])).ToJson(frame.Prefix, at));
        }
        else
        {
            foreach (var section in Sections.Of(frame.Seen.System).Select(state.Apply))
            {
                WriteSection(output, at, section);
            }
        }

        output.Flush();
    }

    private static void WriteSection(TextWriter output, string at, Section section)
    {
        var kind = section.Columns[0].Header;
        foreach (var row in section.Rows)
        {
            var numbers = section.Columns.Select((column, i) => $"{column.Header.Replace(' ', '_')}={(row.Cells[i].Text is { Length: > 0 } text ? text : "-")}").Skip(1);
            output.WriteLine($"{at} {kind} {row.Cells[0].Text} {string.Join(' ', numbers)}");
        }
    }
}
