using System.Globalization;
using System.Text.Json;
using BrokerServe.Router.Routing;
using static BrokerServe.Router.Tests.Routing.TrafficWeightSpecs;

namespace BrokerServe.Router.Tests.Routing;

public sealed class ShardHashSpecs
{
    // Made with xxhsum -H1 0.8.1 (not with this code) and, for the draws, (hash >> 11) / 2**53 in Python.
    [Theory(DisplayName = "Semantics 20: documented hash of its UTF-8 bytes, top 53 bits over 2^53, golden values in PROTOCOL.md")]
    [InlineData("", "ef46db3751d8e999", 0.9346749315317059)]
    [InlineData("a", "d24ec4f1a98c6e5b", 0.8215144243236395)]
    [InlineData("u42", "3d8c6979f480d9c1", 0.24042376735133375)]
    [InlineData("user-1", "a173746b114c6be8", 0.6306679498095932)]
    [InlineData("héllo", "3bd06310388ebbe4", 0.2336484827615618)]
    [InlineData("日本語", "7179a19f3719f5e1", 0.44326219689455804)]
    [InlineData("The quick brown fox jumps over the lazy dog", "0b242d361fda71bc", 0.04352076121709003)]
    public void The_draw_of_a_key_is_the_same_everywhere(string key, string hash, double draw)
    {
        Assert.Equal(draw, Drawing.Draw(key));
        Assert.Equal(draw, ShardHash.ToDraw(ulong.Parse(hash, NumberStyles.HexNumber, CultureInfo.InvariantCulture)));
    }

    [Fact(DisplayName = "Semantics 20: the same in every router, version and language: golden values in PROTOCOL.md")]
    public void The_draws_that_the_protocol_document_lists_are_those_of_this_router()
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "PROTOCOL.md"))
            .SkipWhile(line => line != "```shard-draws").Skip(1).TakeWhile(line => line != "```")
            .ToArray();

        Assert.NotEmpty(lines);
        foreach (var line in lines)
        {
            // "the text as JSON", its hash, the draw; a byte 0 parts a key from the shadow's name.
            var columns = line[(line.LastIndexOf('"') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var text = JsonSerializer.Deserialize<string>(line[..(line.LastIndexOf('"') + 1)])!.Split('\0');
            var draw = text.Length == 1 ? Drawing.Draw(text[0]) : Drawing.Draw(text[0], text[1]);
            Assert.Equal(columns[1], draw.ToString("R", CultureInfo.InvariantCulture));
            Assert.Equal(draw, ShardHash.ToDraw(ulong.Parse(columns[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture)));
        }
    }

    [Theory(DisplayName = "Semantics 21: with a shard key: from key and shadow name")]
    [InlineData("u42", "v3", 0.07160485145685036)]
    [InlineData("u42", "canary", 0.786237658825132)]
    [InlineData("user-1", "v3", 0.9635778554225166)]
    [InlineData("user-1", "canary", 0.020050709413677592)]
    [InlineData("", "v3", 0.3247698513074505)]
    [InlineData("", "canary", 0.5594302188404588)]
    public void The_draw_of_a_key_for_a_shadow_is_the_same_everywhere(string key, string shadow, double draw) =>
        Assert.Equal(draw, Drawing.Draw(key, shadow));

    [Fact]
    public void A_key_that_does_not_fit_the_stack_is_hashed_alike()
    {
        Assert.Equal(0.513547633723703, Drawing.Draw(new string('x', 300)));
        Assert.Equal(0.09425636797405379, Drawing.Draw(new string('é', 1_000)));
    }

    [Fact]
    public void Draws_are_below_1_and_not_below_0()
    {
        Assert.Equal(0, ShardHash.ToDraw(0));
        Assert.Equal(LastDraw, ShardHash.ToDraw(ulong.MaxValue));
    }

    [Fact]
    public void Half_a_character_is_hashed_as_the_replacement_that_UTF8_has_for_it() =>
        Assert.Equal(Drawing.Draw("�"), Drawing.Draw("\ud83d"));

    [Fact(DisplayName = "Semantics 20: Shard key: the draw is a function of the key alone, the same in every router")]
    public void Routers_with_other_chances_send_a_key_to_one_backend()
    {
        var policy = Policy(("v1", 0.5), ("v2", 0.5));
        foreach (var key in Keys(1_000))
        {
            Assert.Equal(
                policy.Choose(Drawing.Of(key, new Random(1)).ForBackend()),
                policy.Choose(Drawing.Of(key, new Random(2)).ForBackend()));
        }
    }

    [Fact(DisplayName = "Semantics 20: A key moves only when names or weights change")]
    public void A_key_moves_only_as_far_as_the_weights_did()
    {
        var (before, same, after) = (Policy(("v1", 0.5), ("v2", 0.5)), Policy(("v2", 0.5), ("v1", 0.5)), Policy(("v1", 0.6), ("v2", 0.4)));

        var moved = 0;
        foreach (var draw in Keys(10_000).Select(key => Drawing.Draw(key)))
        {
            Assert.Equal(before.Choose(draw), same.Choose(draw));
            if (before.Choose(draw) != after.Choose(draw))
            {
                Assert.InRange(draw, 0.5, 0.6);
                moved++;
            }
        }

        Assert.InRange(ChiSquare.Of([(moved, 1_000), (10_000 - moved, 9_000)]), 0, ChiSquare.OnceInAThousand[1]);
    }

    [Fact(DisplayName = "Semantics 20: keys spread as the weights say")]
    public void Keys_spread_as_the_weights_say()
    {
        var policy = Policy(("v1", 0.9), ("v2", 0.1));

        var v1 = Keys(100_000).Count(key => policy.Choose(Drawing.Draw(key)) == "v1");

        Assert.InRange(ChiSquare.Of([(v1, 90_000), (100_000 - v1, 10_000)]), 0, ChiSquare.OnceInAThousand[1]);
    }

    internal static IEnumerable<string> Keys(int count) =>
        Enumerable.Range(0, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"user-{i}"));
}
