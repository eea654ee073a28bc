using System.Text.RegularExpressions;
using BrokerServe.Host.Pictures;
using BrokerServe.Host.Tests.Containers;

namespace BrokerServe.Host.Tests.Pictures;

/// <summary>What a picture looks like in a terminal.</summary>
public sealed class SheetSpecs
{
    [Theory]
    [InlineData(59)]
    [InlineData(79)]
    [InlineData(99)]
    [InlineData(199)]
    public void A_demo_looks_like_this(int width) => Golden.Compare($"demo-{width}.txt", Samples.Drawn(Samples.Demo, width, Glyphs.Unicode));

    [Fact]
    public void The_README_shows_what_is_drawn()
    {
        var shown = Regex.Match(
            File.ReadAllText(Path.Combine(DockerFolder.Root, "README.md")), "<!-- picture: demo -->\n```text\n(.*?)\n```", RegexOptions.Singleline);

        Assert.Equal(Samples.Drawn(Samples.Demo, 99, Glyphs.Unicode), shown.Groups[1].Value);
    }

    [Theory]
    [InlineData(59)]
    [InlineData(79)]
    [InlineData(199)]
    public void A_load_run_looks_like_this(int width) => Golden.Compare($"load-{width}.txt", Samples.Drawn(Samples.Load, width, Glyphs.Unicode));

    [Fact]
    public void Where_there_is_no_Unicode_everything_is_ASCII()
    {
        var drawn = Samples.Drawn(Samples.Demo, 79, Glyphs.Ascii);

        Assert.All(drawn, letter => Assert.True(char.IsAscii(letter), $"'{letter}' is in:\n{drawn}"));
        Golden.Compare("demo-79-ascii.txt", drawn);
    }

    [Fact]
    public void A_run_that_has_only_begun_is_drawn_without_a_number_that_is_none()
    {
        var begun = Samples.Demo with { Elapsed = TimeSpan.Zero, Count = 0, PerSecond = 0, Throughput = [], Latency = default, Backends = [] };

        Golden.Compare("begun-79.txt", Samples.Drawn(begun, 79, Glyphs.Unicode));
    }

    [Fact]
    public void Nothing_moves_while_numbers_grow_to_what_is_usual()
    {
        var early = Samples.Demo with
        {
            Count = 1,
            PerSecond = 1,
            Backends = [.. Samples.Demo.Backends.Select(backend => backend with { Requests = 0, Share = 0, Gauges = default(BackendGauges) })],
        };

        Assert.Equal(HeaderOf(Samples.Drawn(Samples.Demo, 79, Glyphs.Unicode)), HeaderOf(Samples.Drawn(early, 79, Glyphs.Unicode)));
    }

    [Fact]
    public void A_long_name_leaves_room_for_its_bar()
    {
        var name = new string('n', 70);
        var drawn = Samples.Drawn(Samples.Load with { Backends = [new(name, 1, 1)] }, 79, Glyphs.Unicode);

        Assert.Matches("nnn…  ████", drawn);
        Assert.Contains("100.0 %", drawn, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(20)]
    public void A_window_that_is_much_too_narrow_is_no_error(int width) =>
        Assert.NotEmpty(PictureSheet.Print(Samples.Demo, width, colours: true, Glyphs.Unicode));

    [Fact]
    public void Names_are_text_and_no_markup()
    {
        var drawn = Samples.Drawn(Samples.Load with { Backends = [new("[red]a[/]", 1, 1)] }, 79, Glyphs.Unicode);

        Assert.Contains("[red]a[/]", drawn, StringComparison.Ordinal);
    }

    [Fact]
    public void Colours_are_in_the_text_only_when_they_are_wanted()
    {
        Assert.Contains("\e[32m", string.Concat(PictureSheet.Print(Samples.Demo, 79, colours: true, Glyphs.Unicode)), StringComparison.Ordinal);
        Assert.DoesNotMatch(
            Sequences.Colour, string.Concat(PictureSheet.Print(Samples.Load, 79, colours: false, Glyphs.Unicode)));
    }

    private static string HeaderOf(string drawn) => drawn.Split('\n').First(line => line.Contains("backend  ", StringComparison.Ordinal));
}
