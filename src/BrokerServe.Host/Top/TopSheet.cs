using System.Globalization;
using BrokerServe.Host.Pictures;
using BrokerServe.Host.Tables;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace BrokerServe.Host.Top;

/// <summary>Draws the tables of <c>top</c> into a window of any size.</summary>
internal static class TopSheet
{
    private const string Keys = "Tab section  <> sort  i invert  / filter  arrows  p pause  ? help  q quit";

    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    private static readonly string[] Help =
    [
        "Tab, 1 to 4     the section that keys act on: endpoints, backends, replicas, routers",
        "< > or arrows   left and right: sort it by another column (marked v, or ^ when inverted)",
        "i               invert the order",
        "/               show only rows with a word in a name; Enter keeps it, Esc takes it away",
        "up, down        scroll; PgUp, PgDn, Home, End as well",
        "p or space      let the numbers stand still",
        "q or Ctrl-C     the end",
        "",
        "Rates and latencies are of the last five seconds. Rows in red have errors, no replica, or a backlog without credit.",
        "Any key goes back.",
    ];

    /// <summary>The tables as lines.</summary>
    public static IReadOnlyList<IRenderable> Lines(TopFrame frame, TopState state, int width, int height)
    {
        var lines = new List<IRenderable> { Title(frame, state, width), Totals(frame, width) };
        if (state.ShowsHelp)
        {
            return [.. lines, Text.Empty, .. Help.Select(line => Line(line, width))];
        }

        var sections = Sections.Of(frame.Seen.System).Select(state.Apply).ToArray();
        var shown = Share(sections, state.Focus, height - lines.Count - 1);
        for (var number = 0; number < sections.Length; number++)
        {
            if (shown[number] > 0)
            {
                lines.Add(Text.Empty);
                AddSection(lines, sections[number], number, state, shown[number], width);
            }
        }

        while (lines.Count < height - 1)
        {
            lines.Add(Text.Empty);
        }

        return [.. lines.Take(height - 1), Footer(frame, state, width)];
    }

    /// <summary>Which columns of the section in focus are shown at this width.</summary>
    public static IReadOnlyList<int> ColumnsInFocus(TopFrame frame, TopState state, int width) =>
        ColumnLayout.Of(state.Apply(Sections.Of(frame.Seen.System)[state.Focus], state.Focus), width).Shown;

    /// <summary>Lines for the rows of each section: what it needs, and where that is too much as much as the others, the one in focus first.</summary>
    private static int[] Share(Section[] sections, int focus, int room)
    {
        const int Around = 2; // An empty line and the header.
        var shown = new int[sections.Length];
        var needed = sections.Select(static section => Math.Max(1, section.Rows.Count)).ToArray();
        foreach (var number in Enumerable.Range(0, sections.Length).OrderByDescending(number => number == focus))
        {
            if (room > Around)
            {
                shown[number] = 1;
                room -= Around + 1;
            }
        }

        // A row for each in turn, so that nobody starves; what is left goes to whoever still needs some.
        for (var given = true; room > 0 && given;)
        {
            given = false;
            for (var number = 0; number < sections.Length && room > 0; number++)
            {
                var turns = number == focus ? 3 : 1;
                for (; turns > 0 && room > 0 && shown[number] > 0 && shown[number] < needed[number]; turns--, room--)
                {
                    shown[number]++;
                    given = true;
                }
            }
        }

        return shown;
    }

    private static void AddSection(List<IRenderable> lines, Section section, int number, TopState state, int shown, int width)
    {
        var layout = ColumnLayout.Of(section, width);
        state.Clamp(number, section.Rows.Count, shown);
        var isFocus = number == state.Focus;
        var header = new Paragraph();
        foreach (var column in layout.Shown)
        {
            var isSorted = column == state.SortBy(number);
            var mark = !isSorted ? "" : state.IsReversed(number) ? "^" : "v";
            header.Append(layout.Print(section, column, ColumnLayout.HeaderOf(section, column) + mark), isSorted ? Styles.Title : isFocus ? Style.Plain : Styles.Label);
        }

        var range = string.Create(Invariant, $"  {state.Offset(number) + 1}-{state.Offset(number) + shown} of {section.Rows.Count:N0}");
        if (section.Rows.Count > shown && header.Length + range.Length <= width)
        {
            header.Append(range, Styles.Label);
        }

        lines.Add(Cut(header));
        foreach (var row in section.Rows.Skip(state.Offset(number)).Take(shown))
        {
            var line = string.Concat(layout.Shown.Select(i => layout.Print(section, i, row.Cells[i].Text)));
            lines.Add(Line(line, width, row.IsWrong ? Styles.Error : Style.Plain));
        }

        if (section.Rows.Count == 0)
        {
            lines.Add(Line(state.Filter.Length > 0 ? "none matches" : "none", width, Styles.Label));
        }
    }

    private static IRenderable Title(TopFrame frame, TopState state, int width)
    {
        var right = state.IsPaused ? "paused" : frame.At.ToLocalTime().ToString("HH:mm:ss", Invariant);
        var left = $"{frame.Broker}  {frame.Prefix}";
        left = left.Length + right.Length + 2 <= width ? left : left[..Math.Max(0, width - right.Length - 2)];
        return Line(left + new string(' ', Math.Max(2, width - left.Length - right.Length)) + right, width, Styles.Title);
    }

    private static IRenderable Totals(TopFrame frame, int width)
    {
        if (!frame.IsConnected)
        {
            return Line("There is no connection to the broker; what was known last is gone when it has expired.", width, Styles.Error);
        }

        if (frame.Seen.MissingExchanges.Count > 0)
        {
            return Line("No router has ever run at this broker under this prefix.", width, Styles.Error);
        }

        var view = frame.Seen.System;
        var errors = view.Endpoints.Sum(static endpoint => endpoint.ErrorsPerSecond ?? 0);
        string[] parts =
        [
            $"requests {Cell.Rate(view.Endpoints.Sum(static endpoint => endpoint.RequestsPerSecond ?? 0)).Text}/s", $"errors {Cell.Rate(errors).Text}/s",
            string.Create(Invariant, $"backlog {view.Backends.Sum(static backend => backend.Queued):N0}"),
            string.Create(Invariant, $"in flight {view.Backends.Sum(static backend => backend.InFlight):N0}"),
            string.Create(Invariant, $"credit {view.Backends.Sum(static backend => backend.Credit):N0}"),
            string.Create(Invariant, $"replicas {view.Replicas.Count:N0}"), string.Create(Invariant, $"routers {view.Routers.Count:N0}"),
        ];
        return Line(string.Join("  ", parts), width, errors > 0 ? Styles.Error : Style.Plain);
    }

    private static IRenderable Footer(TopFrame frame, TopState state, int width) => state switch
    {
        { IsTyping: true } => Line($"filter: {state.Filter}_  (Enter keeps it, Esc takes it away)", width, Styles.Title),
        { Filter.Length: > 0 } => Line($"filter: {state.Filter}  {Keys}", width, Styles.Label),
        _ => Line(Keys, width, Styles.Label),
    };

    private static IRenderable Line(string text, int width, Style? style = null) =>
        Cut(new Paragraph(text.GetCellWidth() <= width ? text : text[..Math.Min(text.Length, width)], style ?? Style.Plain));

    // A line is a line: what is too long is cut, never wrapped.
    private static Paragraph Cut(Paragraph line)
    {
        line.Overflow = Overflow.Crop;
        return line;
    }
}
