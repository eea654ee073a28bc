using BrokerServe.Host.Pictures;

namespace BrokerServe.Host.Tests.Pictures;

/// <summary>Bars made of letters.</summary>
public sealed class BarSpecs
{
    [Theory]
    [InlineData(0, "")]
    [InlineData(0.0001, "▏")]
    [InlineData(0.25, "██")]
    [InlineData(0.9, "███████▎")]
    [InlineData(1, "████████")]
    [InlineData(7, "████████")]
    public void A_share_is_drawn_to_an_eighth_of_a_cell_and_never_as_nothing(double share, string bar) =>
        Assert.Equal(bar, Bars.Share(share, 8, Glyphs.Unicode));

    [Fact]
    public void Copies_look_different_without_a_colour_too() =>
        Assert.Equal(("░░", "::"), (Bars.Copies(0.2, 10, Glyphs.Unicode), Bars.Copies(0.2, 10, Glyphs.Ascii)));

    [Fact]
    public void Progress_ends_at_the_end() => Assert.Equal(("━━━━", ""), Bars.Progress(1.2, 4, Glyphs.Unicode));

    [Fact]
    public void Columns_are_as_high_as_their_values() =>
        Assert.Equal(["  ▄█  ", "▁███  "], Bars.Columns([1, 8, 12, 16], 6, 2, Glyphs.Unicode));

    [Fact]
    public void Neighbours_share_a_column_where_there_are_more_than_fit() =>
        Assert.Equal(["▄█ "], Bars.Columns([0, 2, 2, 2], 3, 1, Glyphs.Unicode));

    [Fact]
    public void Nothing_is_drawn_as_nothing()
    {
        Assert.Equal(["   "], Bars.Columns([], 3, 1, Glyphs.Unicode));
        Assert.Equal(["   "], Bars.Columns([0, 0], 3, 1, Glyphs.Unicode));
        Assert.Equal([""], Bars.Columns([1, 2], 0, 1, Glyphs.Unicode));
    }
}
