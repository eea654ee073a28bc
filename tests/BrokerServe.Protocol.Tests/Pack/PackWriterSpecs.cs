using BrokerServe.Protocol.Pack;

namespace BrokerServe.Protocol.Tests.Pack;

/// <summary>The shortest form is written, and nothing beyond the room that there is.</summary>
public sealed class PackWriterSpecs
{
    [Theory]
    [InlineData(0ul, "00")]
    [InlineData(127ul, "7f")]
    [InlineData(128ul, "cc80")]
    [InlineData(255ul, "ccff")]
    [InlineData(256ul, "cd0100")]
    [InlineData(65_535ul, "cdffff")]
    [InlineData(65_536ul, "ce00010000")]
    [InlineData(4_294_967_295ul, "ceffffffff")]
    [InlineData(4_294_967_296ul, "cf0000000100000000")]
    [InlineData(ulong.MaxValue, "cfffffffffffffffff")]
    public void A_number_takes_as_few_bytes_as_it_can(ulong value, string meant)
    {
        Span<byte> bytes = stackalloc byte[PackWriter.MaxIntegerBytes];
        var writer = new PackWriter(bytes);
        writer.WriteUInt64(value);
        Assert.Equal(meant, Convert.ToHexStringLower(bytes[..writer.Length]));
    }

    [Fact]
    public void A_negative_number_is_a_mistake_of_the_caller() => Assert.Throws<ArgumentOutOfRangeException>(() =>
    {
        var writer = new PackWriter(new byte[16]);
        writer.WriteNatural(-1);
    });

    [Fact]
    public void No_text_is_nil()
    {
        var bytes = new byte[1];
        var writer = new PackWriter(bytes);
        writer.WriteText((string?)null);
        Assert.Equal([0xc0], bytes);
    }

    [Fact]
    public void Nothing_is_written_beyond_the_room_that_there_is()
    {
        var whole = new byte[64];
        var length = WriteSome(whole);
        for (var room = 0; room < length; room++)
        {
            var bytes = new byte[64];
            Assert.ThrowsAny<Exception>(() => WriteSome(bytes.AsSpan(0, room)));
            Assert.All(bytes[room..], behind => Assert.Equal(0, behind));
        }

        static int WriteSome(Span<byte> room)
        {
            var writer = new PackWriter(room);
            writer.WriteArrayHeader(5);
            writer.WriteText("text");
            writer.WriteUInt64(ulong.MaxValue);
            writer.WriteBinary([1, 2, 3]);
            writer.WriteBoolean(true);
            writer.WriteRaw([0xc0]);
            return writer.Length;
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ascii")]
    [InlineData("日本語")]
    [InlineData("🦊🦊")]
    [InlineData("\ud83d\ud83d")]
    public void Text_takes_no_more_bytes_than_are_said(string? text)
    {
        var bytes = new byte[PackWriter.MaxTextBytes(text)];
        var writer = new PackWriter(bytes);
        writer.WriteText(text);
        Assert.InRange(writer.Length, 1, bytes.Length);
    }
}
