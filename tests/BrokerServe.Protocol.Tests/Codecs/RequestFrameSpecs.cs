using BrokerServe.Protocol.Frames;
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

    [Theory]
    [InlineData("920190", true, "no requests")]
    [InlineData("920290", true, "a later version")]
    [InlineData("93019001", true, "an unknown field")]
    [InlineData("920090", false, "version 0")]
    [InlineData("92ff90", false, "version -1")]
    [InlineData("92ce8000000090", false, "a version above 2^31")]
    [InlineData("9190", false, "no version")]
    [InlineData("9101", false, "no field for requests")]
    [InlineData("910190", false, "requests outside of the frame")]
    [InlineData("9201c0", false, "nil in place of requests")]
    [InlineData("920180", false, "a map in place of requests")]
    public void A_request_frame_is_opened_when_its_header_is_in_range(string hex, bool sound, string what) =>
        Assert.True(
            sound == RequestFrameReader.TryOpen(Convert.FromHexString(hex), out _),
            $"A frame with {what} is {(sound ? "refused" : "taken")}.");

    [Theory]
    [InlineData("97a16305c0c0c0c0c0", "c 5 {} '' '' '' ", "the shortest request")]
    [InlineData("97a163ffc0c0c0c0c0", "c 0 {} '' '' '' ", "an expiration that is negative is 0")]
    [InlineData("97a163cf7fffffffffffffffc0c0c0c0c0", "c 2147483647 {} '' '' '' ", "an expiration beyond all timers is cut")]
    [InlineData("97a163c0c0a0a0a0c400", "c - {} '' '' '' ", "nil and empty are the same")]
    [InlineData("97a0c0c0c0c0c0c0", " - {} '' '' '' ", "an empty correlation id, which its router refuses")]
    [InlineData("97a163cf8000000000000000c0c0c0c0c0", null, "an expiration beyond 63 bits")]
    [InlineData("97a163cb4014000000000000c0c0c0c0c0", null, "a float as expiration")]
    [InlineData("97a163a135c0c0c0c0c0", null, "an expiration as text, as AMQP has it")]
    [InlineData("97c0c0c0c0c0c0c0", null, "no correlation id")]
    [InlineData("97c40163c0c0c0c0c0c0", null, "bytes as correlation id")]
    [InlineData("97a163c0c0c40161c0c0c0", null, "bytes as method")]
    [InlineData("97a163c0c0c0c0a1ffc0", null, "a message id that is not UTF-8")]
    [InlineData("97a163c0c0c0c0c001", null, "a number as payload")]
    [InlineData("96a163c0c0c0c0c0", null, "no payload")]
    [InlineData("96a163c0c0c0c0c0c0", null, "a payload outside of the request")]
    public void A_request_is_read_when_it_is_in_range(string hex, string? row, string what)
    {
        var rows = FrameRows.OfRequestFrame(Convert.FromHexString(Opening + hex));
        Assert.True(rows.SequenceEqual(row is null ? [] : [row]), $"Not so: {what}. It is {string.Join(", ", rows)}.");
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    [InlineData(70_000, false)]
    public void A_request_frame_has_64_requests_at_most(int requests, bool sound)
    {
        var bytes = new byte[RequestFrameWriter.HeaderBytes + (requests * RequestFrameWriter.MaxRequestBytes(1, 0, 0))];
        var writer = new RequestFrameWriter(bytes, requests);
        for (var i = 0; i < requests; i++)
        {
            writer.Begin("c", null, 0);
            writer.End(null, null, null, []);
        }

        Assert.Equal(sound, Decoders.RequestFrame(bytes.AsSpan(0, writer.Length)));
        Assert.Equal(sound ? requests : 0, FrameRows.OfRequestFrame(bytes.AsSpan(0, writer.Length)).Count);
    }

    [Fact]
    public void A_request_with_more_headers_than_may_be_read_does_not_fail_its_neighbours()
    {
        var text = new string('x', MetadataLimits.MaxHeaderBytes);
        var bytes = new byte[RequestFrameWriter.HeaderBytes + (2 * RequestFrameWriter.MaxRequestBytes(1, 100 + text.Length, 0))];
        var writer = new RequestFrameWriter(bytes, 2);
        writer.Begin("a", null, 1);
        writer.WriteHeader("meta-a", text);
        writer.End(null, null, null, []);
        writer.Begin("b", null, 0);
        writer.End(null, null, null, []);

        Assert.True(RequestFrameReader.TryOpen(bytes.AsSpan(0, writer.Length), out var reader));
        Assert.True(reader.TryRead(out var request));
        Assert.True(request.Headers.Length > MetadataLimits.MaxHeaderBytes, "The headers are not lent, so nobody can refuse them.");
        Assert.True(reader.TryRead(out request));
        Assert.Equal("b - {} '' '' '' ", FrameRows.Of(request));
    }

    [Fact]
    public void A_malformed_request_ends_the_reading()
    {
        // It is found so at its last byte, so whoever went on from there would take the third.
        const string Good = "97a163c0c0c0c0c0c0";
        Assert.True(RequestFrameReader.TryOpen(Convert.FromHexString("920193" + Good + "97a163c0c0c0c0c001" + Good), out var reader));
        Assert.True(reader.TryRead(out _));
        Assert.False(reader.TryRead(out _));
        Assert.False(reader.TryRead(out _));
        Assert.Equal(2, reader.Remaining);
    }

    [Fact]
    public void A_reader_of_nothing_reads_nothing()
    {
        var requests = default(RequestFrameReader);
        Assert.False(requests.TryRead(out _));
        Assert.Equal(0, requests.Remaining);
        var headers = default(FrameHeaderReader);
        Assert.False(headers.TryRead(out _));
    }
}
