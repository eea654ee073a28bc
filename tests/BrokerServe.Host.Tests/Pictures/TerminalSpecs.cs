namespace BrokerServe.Host.Tests.Pictures;

/// <summary>The executable in a terminal.</summary>
public sealed class TerminalSpecs
{
    [Fact]
    public async Task A_demo_is_drawn_in_its_window_and_leaves_the_terminal_as_it_was()
    {
        await using var terminal = PseudoTerminal.Start("brokerserve demo --duration 1s --concurrency 4");

        Assert.Equal(0, await terminal.EndAsync());

        AssertLeftAsItWas(terminal.Said);
        Assert.Matches(Sequences.Colour, terminal.Said);
    }

    [Fact]
    public async Task Ctrl_C_ends_the_picture_and_shows_the_summary()
    {
        await using var terminal = PseudoTerminal.Start("brokerserve demo --duration 10m --concurrency 4");
        await terminal.SaysAsync("of 10:00 min");

        await terminal.TypeAsync('\x03');

        Assert.Equal(0, await terminal.EndAsync());
        AssertLeftAsItWas(terminal.Said);
    }

    [Fact]
    public async Task NO_COLOR_leaves_the_picture_and_takes_the_colours()
    {
        await using var terminal = PseudoTerminal.Start("NO_COLOR=1 brokerserve demo --duration 1s --concurrency 4");

        Assert.Equal(0, await terminal.EndAsync());

        AssertLeftAsItWas(terminal.Said);
        Assert.DoesNotMatch(Sequences.Colour, terminal.Said);
    }

    [Theory]
    [InlineData("TERM=dumb brokerserve demo --duration 1s --concurrency 4")]
    [InlineData("CI=true brokerserve demo --duration 1s --concurrency 4")]
    [InlineData("brokerserve demo --duration 1s --concurrency 4 2>&1 | cat")]
    [InlineData("brokerserve demo --duration 1s --concurrency 4 --json")]
    public async Task Where_no_picture_belongs_there_are_lines_and_no_sequences(string command)
    {
        await using var terminal = PseudoTerminal.Start(command);

        Assert.Equal(0, await terminal.EndAsync());

        Assert.Contains("One process: a router", terminal.Said, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', terminal.Said.Replace(Sequences.OpenConsole, "", StringComparison.Ordinal));
    }

    private static void AssertLeftAsItWas(string said)
    {
        Assert.Equal(1, Count(said, Sequences.EnterScreen));
        Assert.Equal(1, Count(said, Sequences.LeaveScreen));
        Assert.True(said.LastIndexOf(Sequences.ShowCursor, StringComparison.Ordinal) > said.LastIndexOf(Sequences.HideCursor, StringComparison.Ordinal));
        var after = said[said.LastIndexOf(Sequences.LeaveScreen, StringComparison.Ordinal)..];
        Assert.Contains("greet-shadow", after, StringComparison.Ordinal);
        Assert.Contains("Every call ended exactly once.", after, StringComparison.Ordinal);
        Assert.True(after.IndexOf("throughput", StringComparison.Ordinal) < after.IndexOf("Every call ended", StringComparison.Ordinal));
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}
