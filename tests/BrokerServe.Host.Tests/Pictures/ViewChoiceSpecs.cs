using BrokerServe.Host.Pictures;

namespace BrokerServe.Host.Tests.Pictures;

/// <summary>Who gets pictures, and who gets lines.</summary>
public sealed class ViewChoiceSpecs
{
    private static readonly Surroundings Terminal = new(IsTerminal: true, Term: "xterm-256color", NoColor: null, Ci: null);

    [Fact]
    public void A_terminal_gets_pictures_in_colour() => Assert.Equal((true, true), Choose(Terminal));

    [Fact]
    public void What_is_no_terminal_gets_lines() => Assert.False(Choose(Terminal with { IsTerminal = false }).Pictures);

    [Fact]
    public void A_terminal_that_is_dumb_gets_lines() => Assert.False(Choose(Terminal with { Term = "dumb" }).Pictures);

    [Theory]
    [InlineData("true", false)]
    [InlineData("1", false)]
    [InlineData("false", true)]
    [InlineData("", true)]
    public void A_build_gets_lines_where_it_has_a_terminal(string ci, bool pictures) => Assert.Equal(pictures, Choose(Terminal with { Ci = ci }).Pictures);

    [Theory]
    [InlineData("1", false)]
    [InlineData("0", false)]
    [InlineData("", true)]
    public void NO_COLOR_takes_the_colours_and_leaves_the_pictures(string value, bool colours) =>
        Assert.Equal((true, colours), Choose(Terminal with { NoColor = value }));

    [Fact]
    public void Who_wants_JSON_gets_lines() => Assert.IsType<PlainLines>(PictureViews.Choose(TextWriter.Null, json: true, Terminal));

    [Fact]
    public void Only_the_process_own_error_stream_can_be_a_terminal() => Assert.False(Surroundings.Of(new StringWriter()).IsTerminal);

    private static (bool Pictures, bool Colours) Choose(Surroundings around)
    {
        using var view = PictureViews.Choose(TextWriter.Null, json: false, around);
        return (view is LiveScreen, around.WelcomeColours);
    }
}
