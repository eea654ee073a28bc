using BrokerServe.Protocol.Pack;

namespace BrokerServe.Protocol.Tests.Pack;

/// <summary>What the reader takes for what.</summary>
public sealed class PackReaderSpecs
{
    [Theory]
    [InlineData("00", 0ul)]
    [InlineData("7f", 127ul)]
    [InlineData("cc00", 0ul)]
    [InlineData("cdffff", 65_535ul)]
    [InlineData("ce00000001", 1ul)]
    [InlineData("cfffffffffffffffff", ulong.MaxValue)]
    [InlineData("d07f", 127ul)]
    [InlineData("d10001", 1ul)]
    [InlineData("d27fffffff", 2_147_483_647ul)]
    [InlineData("d37fffffffffffffff", 9_223_372_036_854_775_807ul)]
    public void A_number_of_0_or_more_may_have_any_width_and_either_signedness(string hex, ulong meant)
    {
        var reader = new PackReader(Convert.FromHexString(hex));
        Assert.True(reader.TryReadUInt64(out var value) && reader.IsAtEnd);
        Assert.Equal(meant, value);
    }

    [Theory]
    [InlineData("e0", -32L)]
    [InlineData("ff", -1L)]
    [InlineData("d080", -128L)]
    [InlineData("d18000", -32_768L)]
    [InlineData("d280000000", -2_147_483_648L)]
    [InlineData("d38000000000000000", long.MinValue)]
    [InlineData("cf7fffffffffffffff", long.MaxValue)]
    public void A_number_with_a_sign_is_read_as_such_only(string hex, long meant)
    {
        var bytes = Convert.FromHexString(hex);
        var reader = new PackReader(bytes);
        Assert.True(reader.TryReadInt64(out var value) && reader.IsAtEnd);
        Assert.Equal(meant, value);
        reader = new PackReader(bytes);
        Assert.Equal(meant >= 0, reader.TryReadUInt64(out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("c0")]
    [InlineData("c3")]
    [InlineData("a131")]
    [InlineData("c40101")]
    [InlineData("ca3f800000")]
    [InlineData("cb3ff0000000000000")]
    [InlineData("90")]
    [InlineData("cc")]
    [InlineData("cd00")]
    [InlineData("cf00000000000000")]
    public void Nothing_else_is_a_number(string hex)
    {
        var bytes = Convert.FromHexString(hex);
        var reader = new PackReader(bytes);
        Assert.False(reader.TryReadUInt64(out _));
        reader = new PackReader(bytes);
        Assert.False(reader.TryReadInt64(out _));
    }

    [Fact]
    public void A_number_above_63_bits_has_no_signed_form()
    {
        var reader = new PackReader(Convert.FromHexString("cf8000000000000000"));
        Assert.False(reader.TryReadInt64(out _));
    }

    [Theory]
    [InlineData("a0", "")]
    [InlineData("a161", "61")]
    [InlineData("d90161", "61")]
    [InlineData("da000161", "61")]
    [InlineData("db0000000161", "61")]
    [InlineData("a4f09fa68a", "f09fa68a")]
    public void Text_may_have_a_length_of_any_width(string hex, string meant)
    {
        var bytes = Convert.FromHexString(hex);
        var reader = new PackReader(bytes);
        Assert.True(reader.IsTextNext);
        Assert.True(reader.TryReadText(out var text));
        Assert.True(reader.IsAtEnd);
        Assert.Equal(meant, Convert.ToHexStringLower(text));
        reader = new PackReader(bytes);
        Assert.True(reader.TryReadBinary(out var content) && content.SequenceEqual(text));
    }

    [Theory]
    [InlineData("c40161")]
    [InlineData("c5000161")]
    [InlineData("c60000000161")]
    public void Bytes_may_have_a_length_of_any_width_and_are_no_text(string hex)
    {
        var bytes = Convert.FromHexString(hex);
        var reader = new PackReader(bytes);
        Assert.True(reader.TryReadBinary(out var content) && reader.IsAtEnd);
        Assert.Equal("61", Convert.ToHexStringLower(content));
        reader = new PackReader(bytes);
        Assert.False(reader.IsTextNext || reader.TryReadText(out _));
    }

    [Theory]
    [InlineData("a1ff", "a byte that begins nothing")]
    [InlineData("a1c3", "half a character")]
    [InlineData("a2c080", "a character longer than it need be")]
    [InlineData("a3eda080", "half a surrogate pair")]
    [InlineData("a4f4908080", "a character beyond the last")]
    public void Text_that_is_no_UTF8_is_refused_but_may_be_bytes(string hex, string what)
    {
        var bytes = Convert.FromHexString(hex);
        var reader = new PackReader(bytes);
        Assert.False(reader.TryReadText(out _), $"Text with {what} is taken.");
        reader = new PackReader(bytes);
        Assert.True(reader.TryReadBinary(out _));
    }

    [Theory]
    [InlineData("c2", false)]
    [InlineData("c3", true)]
    public void A_boolean_is_read(string hex, bool meant)
    {
        var reader = new PackReader(Convert.FromHexString(hex));
        Assert.True(reader.TryReadBoolean(out bool value) && reader.IsAtEnd);
        Assert.Equal(meant, value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("c0")]
    public void Nothing_else_is_a_boolean(string hex)
    {
        var reader = new PackReader(Convert.FromHexString(hex));
        Assert.False(reader.TryReadBoolean(out bool _));
    }

    [Fact]
    public void Nil_is_consumed_and_anything_else_stays()
    {
        var reader = new PackReader([0xc0, 0x01]);
        Assert.True(reader.TryReadNil());
        Assert.False(reader.TryReadNil());
        Assert.True(reader.TryReadUInt64(out var value) && value == 1);
        Assert.False(reader.TryReadNil());
    }

    [Theory]
    [InlineData("9101", true)]
    [InlineData("91", false)]
    [InlineData("dc000101", true)]
    [InlineData("dc0001", false)]
    [InlineData("dd0000000101", true)]
    [InlineData("dd0000000201", false)]
    [InlineData("8101", false)]
    public void An_array_has_a_byte_for_each_element_at_least(string hex, bool sound)
    {
        var reader = new PackReader(Convert.FromHexString(hex));
        Assert.Equal(sound, reader.TryReadArrayHeader(out var count));
        Assert.Equal(sound ? 1 : 0, count);
    }

    [Theory]
    [InlineData("810101", true)]
    [InlineData("8101", false)]
    [InlineData("de00010101", true)]
    [InlineData("de000101", false)]
    [InlineData("df000000010101", true)]
    [InlineData("df0000000101", false)]
    [InlineData("9101", false)]
    public void A_map_has_two_bytes_for_each_pair_at_least(string hex, bool sound)
    {
        var reader = new PackReader(Convert.FromHexString(hex));
        Assert.Equal(sound, reader.TryReadMapHeader(out var count));
        Assert.Equal(sound ? 1 : 0, count);
    }

    [Theory]
    [InlineData(32, true)]
    [InlineData(33, false)]
    [InlineData(100_000, false)]
    public void What_is_passed_over_may_nest_32_levels(int levels, bool sound)
    {
        byte[] arrays = [.. Enumerable.Repeat((byte)0x91, levels), 0xc0];
        Assert.Equal(sound, new PackReader(arrays).TrySkip());
        byte[] maps = [.. Enumerable.Repeat(new byte[] { 0x81, 0xc0 }, levels).SelectMany(pair => pair), 0xc0];
        Assert.Equal(sound, new PackReader(maps).TrySkip());
    }

    [Fact]
    public void A_number_that_is_out_of_its_range_is_refused()
    {
        Assert.True(new PackReader([5]).TryReadInt32(5, 5, out int value));
        Assert.Equal(5, value);
        Assert.False(new PackReader([4]).TryReadInt32(5, 6, out int _));
        Assert.False(new PackReader([7]).TryReadInt32(5, 6, out int _));
        Assert.False(new PackReader(Convert.FromHexString("cf0000000100000005")).TryReadInt32(0, int.MaxValue, out int _));
        Assert.False(new PackReader(Convert.FromHexString("cf0000000100000005")).TryReadUInt32(out uint _));
    }
}
