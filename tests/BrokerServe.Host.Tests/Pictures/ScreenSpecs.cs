using BrokerServe.Host.Pictures;

namespace BrokerServe.Host.Tests.Pictures;

/// <summary>Pictures over one another on a terminal, as the sequences that it gets.</summary>
public sealed class ScreenSpecs
{
    private readonly StringWriter _written = new() { NewLine = "\n" };
    private (int Width, int Height) _window = (80, 24);

    [Fact]
    public void Nothing_is_written_before_there_is_something_to_show()
    {
        using (Open())
        {
            Assert.Empty(_written.ToString());
        }

        Assert.Empty(_written.ToString());
    }

    [Fact]
    public void The_first_picture_takes_a_screen_of_its_own_and_the_next_ones_are_drawn_over_it()
    {
        using var screen = Open();

        screen.Begin(Samples.Demo);
        Assert.StartsWith(Sequences.EnterScreen + Sequences.HideCursor, Taken(), StringComparison.Ordinal);
        screen.Show(Samples.Demo with { Title = "The second." });
        var second = Taken();

        Assert.DoesNotContain(Sequences.EnterScreen, second, StringComparison.Ordinal);
        Assert.Contains("\e[H The second.", WithoutStyles(second), StringComparison.Ordinal);
        Assert.Contains("greet-shadow", second, StringComparison.Ordinal);
    }

    [Fact]
    public void In_the_end_the_terminal_is_as_it_was_with_the_last_picture_below()
    {
        using var screen = Open();
        screen.Begin(Samples.Demo);
        Taken();

        screen.End(Samples.Demo with { Title = "The last." });

        var last = Taken();
        Assert.StartsWith(Sequences.ShowCursor + Sequences.LeaveScreen, last, StringComparison.Ordinal);
        Assert.Contains(" The last.", WithoutStyles(last), StringComparison.Ordinal);
        Assert.Contains("greet-shadow", last, StringComparison.Ordinal);
        Assert.EndsWith("\n", last, StringComparison.Ordinal);
        Assert.DoesNotContain("\e[H", last, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_is_interrupted_gives_the_terminal_back_once_and_draws_no_more()
    {
        var screen = Open();
        screen.Begin(Samples.Demo);
        Taken();

        screen.Dispose();
        screen.Dispose();
        screen.Show(Samples.Demo);

        Assert.Equal(1, Taken().Split(Sequences.LeaveScreen).Length - 1);
    }

    [Fact]
    public void Each_picture_is_as_wide_and_as_high_as_the_window_is_then()
    {
        using var screen = Open();

        foreach (var window in new[] { (Width: 200, Height: 40), (Width: 61, Height: 10), (Width: 80, Height: 24) })
        {
            _window = window;
            screen.Show(Samples.Demo);
            var lines = WithoutSequences(Taken()).Split('\n');
            Assert.All(lines, line => Assert.InRange(line.Length, 0, window.Width - 1));
            Assert.InRange(lines.Length, 1, window.Height);
            Assert.Contains("greet-v1", string.Concat(lines), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_terminal_that_does_not_know_its_size_gets_what_fits_everywhere()
    {
        _window = (0, 0);
        using var screen = Open();

        screen.Show(Samples.Demo);

        Assert.Equal(Samples.Drawn(Samples.Demo, 79, Glyphs.Unicode), Trimmed(WithoutSequences(Taken())));
    }

    [Fact]
    public void Log_lines_stand_below_the_picture_and_stay_when_it_is_gone()
    {
        using var screen = Open();
        screen.Note("before");
        Assert.Equal("before\n", Taken());
        screen.Begin(Samples.Demo);
        Taken();

        screen.Note("one \e[2J" + new string('x', 300));
        screen.Note("two");
        screen.Note("three");
        screen.Note("four");
        Assert.Empty(Taken());
        screen.Show(Samples.Demo);
        var shown = WithoutSequences(Taken());
        Assert.EndsWith("\n\ntwo\nthree\nfour", Trimmed(shown), StringComparison.Ordinal);
        screen.End(Samples.Demo);
        screen.Note("after");

        var lines = Taken().Split('\n');
        Assert.EndsWith("xxx", lines[0], StringComparison.Ordinal);
        Assert.Equal(["two", "three", "four"], lines[1..4]);
        Assert.Equal("after", lines[^2]);
    }

    [Fact]
    public void A_log_line_under_the_picture_moves_no_cursor_and_no_other_line()
    {
        using var screen = Open();
        screen.Begin(Samples.Demo);
        Taken();

        screen.Note("\e[2J" + new string('x', 300));
        screen.Show(Samples.Demo);

        var shown = Taken();
        Assert.DoesNotContain("\e[2J", shown, StringComparison.Ordinal);
        Assert.All(WithoutSequences(shown).Split('\n'), line => Assert.InRange(line.Length, 0, 79));
    }

    [Fact]
    public void Of_very_many_log_lines_the_last_ones_are_kept_and_the_others_counted()
    {
        using var screen = Open();
        screen.Begin(Samples.Demo);
        for (var i = 1; i <= 1_000; i++)
        {
            screen.Note($"line {i}");
        }

        Taken();
        screen.Dispose();

        var lines = Taken().Split('\n');
        Assert.EndsWith("(800 earlier lines are left out.)", lines[0], StringComparison.Ordinal);
        Assert.Equal(("line 801", "line 1000"), (lines[1], lines[^2]));
    }

    [Fact]
    public void Without_colours_it_is_the_same_picture()
    {
        using (var screen = Open(colours: false))
        {
            screen.Begin(Samples.Demo);
            screen.End(Samples.Demo);
        }

        Assert.DoesNotMatch(Sequences.Colour, _written.ToString());
        Assert.Contains(Sequences.EnterScreen, _written.ToString(), StringComparison.Ordinal);
    }

    private static string WithoutSequences(string text) => Sequences.Any.Replace(text, "");

    private static string WithoutStyles(string text) => Sequences.Style.Replace(text, "");

    private static string Trimmed(string text) => string.Join('\n', text.Split('\n').Select(line => line.TrimEnd()));

    private LiveScreen Open(bool colours = true) => new(_written, () => _window, colours, Glyphs.Unicode);

    private string Taken()
    {
        var text = _written.ToString();
        _written.GetStringBuilder().Clear();
        return text;
    }
}
