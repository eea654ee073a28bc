using BrokerServe.Protocol.Tests.Golden;

namespace BrokerServe.Protocol.Tests.Codecs;

/// <summary>Request frames that are sound MessagePack, in range and out of it.</summary>
public sealed class RequestFrameSpecs
{
    private const string Opening = "920191"; // [1, [
    private const string Tail = "c0c0c0c0"; // No method, content type, message id, payload.

    [Theory]
    [InlineData("c0", "", "no headers: nil")]
    [InlineData("80", "", "no headers: an empty map")]
    [InlineData("81a161a162", "a='b'", "text")]
    [InlineData("81a161a0", "a=''", "empty text")]
    [InlineData("82a161c3a162c2", "a=true, b=false", "booleans")]
    [InlineData("82a16101a162d30000000000000001", "a=1, b=1", "numbers of any width")]
    [InlineData("81a161cf7fffffffffffffff", "a=9223372036854775807", "2^63 - 1")]
    [InlineData("82a161cf8000000000000000a162cfffffffffffffffff", "a=?, b=?", "2^63 and 2^64 - 1")]
    [InlineData("82a161ffa162d38000000000000000", "a=-1, b=-9223372036854775808", "negative numbers, which whoever reads them refuses")]
    [InlineData("82a161ca3f800000a162cb3ff0000000000000", "a=?, b=?", "floats")]
    [InlineData("82a161c40162a16200", "a=?, b=0", "bytes")]
    [InlineData("84a161920102a16281a163c0a163d40100a16400", "a=?, b=?, c=?, d=0", "a list, a map, an extension")]
    [InlineData("82a161c0a16200", "b=0", "nil, which is as good as no header")]
    [InlineData("82a16100a161a162", "a=0, a='b'", "a name twice")]
    [InlineData("81a0a162", "='b'", "a name that is empty")]
    public void A_header_is_read_when_it_is_text_a_boolean_or_a_number(string headers, string rows, string what)
    {
        var row = Assert.Single(FrameRows.OfRequestFrame(Convert.FromHexString(Opening + "97a163c0" + headers + Tail)));
        Assert.True(row == $"c - {{{rows}}} '' '' '' ", $"Not so: {what}. It is {row}.");
    }

    [Theory]
    [InlineData("90", "a list of none")]
    [InlineData("00", "a number")]
    [InlineData("8101a162", "a name that is a number")]
    [InlineData("81c40161a162", "a name that is bytes")]
    [InlineData("81a161a1ff", "text that is not UTF-8")]
    [InlineData("81a1ffa161", "a name that is not UTF-8")]
    [InlineData("81a161c1", "the code that is never used")]
    public void Headers_are_a_map_of_text_to_something(string headers, string what) =>
        Assert.False(Decoders.RequestFrame(Convert.FromHexString(Opening + "97a163c0" + headers + Tail)), $"Headers may be {what}.");
}
