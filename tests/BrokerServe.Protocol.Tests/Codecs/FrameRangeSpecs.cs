using BrokerServe.Protocol.Frames;
using BrokerServe.Protocol.Tests.Golden;

namespace BrokerServe.Protocol.Tests.Codecs;

/// <summary>Frames whose parts are sound MessagePack but out of range.</summary>
public sealed class FrameRangeSpecs
{
    private const string Call = "93c0c0a165";

    [Theory]
    [InlineData("96010203a172a16b90", true, "a sound header")]
    [InlineData("960203a172a16b90", false, "no version, so that everything moves by one")]
    [InlineData("96030203a172a16b90", true, "a later version")]
    [InlineData("96d2000000010203a172a16b90", true, "a version of a signed width")]
    [InlineData("96000203a172a16b90", false, "version 0")]
    [InlineData("96ff0203a172a16b90", false, "version -1")]
    [InlineData("96ce800000000203a172a16b90", false, "a version above 2^31")]
    [InlineData("9601cf000000010000000003a172a16b90", false, "an incarnation above 2^32")]
    [InlineData("960102ffa172a16b90", false, "a negative epoch")]
    [InlineData("96010203a12ea16b90", false, "a router without a valid name")]
    [InlineData("96010203a172a090", false, "an empty reply key")]
    [InlineData("96010203c0a16b90", false, "no router")]
    [InlineData("95010203a172a16b", false, "no queries")]
    [InlineData("95010203a172a16b90", false, "queries outside of the frame")]
    public void A_query_frame_is_opened_when_its_header_is_in_range(string hex, bool sound, string what) =>
        Assert.True(
            sound == QueryFrameReader.TryOpen(Convert.FromHexString(hex), out _, out _),
            $"A frame with {what} is {(sound ? "refused" : "taken")}.");

    [Theory]
    [InlineData("9501020301" + Call, "1 2 3 #1", "a sound query")]
    [InlineData("9501ff0301" + Call, "1 0 3 #1", "a time left that is negative is none")]
    [InlineData("9501cf80000000000000000301" + Call, null, "a time left beyond 63 bits")]
    [InlineData("9501cf7fffffffffffffff0301" + Call, "1 2147483647 3 #1", "a time left beyond all timers is cut")]
    [InlineData("950102cf7fffffffffffffff01" + Call, "1 2 253402300799999 #1", "a deadline beyond all calendars is cut")]
    [InlineData("950102ff01" + Call, "1 2 0 #1", "a deadline before 1970 is none")]
    [InlineData("95ff020301" + Call, null, "a negative ticket")]
    [InlineData("95cb3ff0000000000000020301" + Call, null, "a float as ticket")]
    [InlineData("9501020300" + Call, null, "attempt 0")]
    [InlineData("9501c00301" + Call, null, "no time left said")]
    [InlineData("9401020301", null, "no call")]
    [InlineData("9401020301" + Call, null, "a call outside of the query")]
    public void A_query_is_read_when_it_is_in_range(string hex, string? row, string what)
    {
        var rows = FrameRows.OfQueryFrame(Convert.FromHexString("96010203a172a16b91" + hex));
        Assert.True(rows.Count == (row is null ? 1 : 2), $"Not so: {what}.");
        if (row is not null)
        {
            Assert.StartsWith(row + " ", rows[1], StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("93010000", "1 part 0 Ok '' ", "the shortest reply")]
    [InlineData("9301000f", "1 part 0 OutcomeUnknown '' ", "a known status")]
    [InlineData("93010011", "1 part 0 BadReply '' ", "the last known status")]
    [InlineData("93010012", "1 part 0 HandlerError '' ", "an unknown status")]
    [InlineData("930100cfffffffffffffffff", "1 part 0 HandlerError '' ", "an unknown status of 64 bits")]
    [InlineData("930100ff", null, "a negative status")]
    [InlineData("9301ff00", null, "a negative part")]
    [InlineData("9301ce8000000000", null, "a part above 2^31")]
    [InlineData("920100", null, "no status")]
    [InlineData("92010000", null, "a status outside of the reply")]
    [InlineData("94010000c40161", null, "bytes as content type")]
    [InlineData("95010000c001", null, "a number as payload")]
    public void A_reply_is_read_when_it_is_in_range(string hex, string? row, string what)
    {
        var rows = FrameRows.OfReplyFrame(Convert.FromHexString("9301a17291" + hex));
        Assert.True(rows.Count == (row is null ? 1 : 2), $"Not so: {what}.");
        if (row is not null)
        {
            Assert.Equal(row, rows[1]);
        }
    }

    [Theory]
    [InlineData("9301a17290", true, "a sound header")]
    [InlineData("9302a17290", true, "a later version")]
    [InlineData("9300a17290", false, "version 0")]
    [InlineData("9301a12d90", false, "a replica without a valid name")]
    [InlineData("9301c4017290", false, "bytes as replica")]
    [InlineData("9201a17290", false, "replies outside of the frame")]
    public void A_reply_frame_is_opened_when_its_header_is_in_range(string hex, bool sound, string what) =>
        Assert.True(
            sound == ReplyFrameReader.TryOpen(Convert.FromHexString(hex), out _, out _),
            $"A frame with {what} is {(sound ? "refused" : "taken")}.");

    [Fact]
    public void A_malformed_query_ends_the_reading_and_the_queries_before_it_stand()
    {
        // The malformed one is found so at its last byte, so whoever went on from there would take the third.
        var good = "9501020301" + Call;
        var frame = Convert.FromHexString("96010203a172a16b93" + good + "950102030193c0c0a0" + good);
        Assert.True(QueryFrameReader.TryOpen(frame, out _, out var reader));
        Assert.True(reader.TryRead(out _));
        Assert.False(reader.TryRead(out _));
        Assert.False(reader.TryRead(out _));
        Assert.Equal(2, reader.Remaining);
    }

    [Fact]
    public void A_malformed_reply_ends_the_reading_and_the_replies_before_it_stand()
    {
        var frame = Convert.FromHexString("9301a17293" + "93010000" + "930100ff" + "93010000");
        Assert.True(ReplyFrameReader.TryOpen(frame, out _, out var reader));
        Assert.True(reader.TryRead(out _));
        Assert.False(reader.TryRead(out _));
        Assert.False(reader.TryRead(out _));
        Assert.Equal(2, reader.Remaining);
    }
}
