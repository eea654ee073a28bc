using BrokerServe.Protocol.Tests.Golden;

namespace BrokerServe.Protocol.Tests.Hostile;

/// <summary>No decoder believes a length that it is told.</summary>
public sealed class HostileLengthSpecs
{
    private const string TicketsOfCancel = "83a46b696e64a663616e63656ca6726f75746572a172a77469636b657473"; // {kind: cancel, router: r, tickets:
    private const string QueriesOfFrame = "96010102a172a16b"; // [1, 1, 2, "r", "k",
    private const string MembersOfFrame = "9201"; // [1,
    private const string HeadersOfRequest = "92019197a163c0"; // [1, [["c", nil,
    private const string RepliesOfFrame = "9301a172"; // [1, "r",
    private const string BackendsOfReport =
        "84a6726f75746572a172ac74696d655f756e69785f6d7301a876616c69645f6d7301a86261636b656e6473"; // {..., backends:

    private const string EditsOfChange = "83a46b696e64a66368616e6765a26964a163a56564697473"; // {kind: change, id: c, edits:
    private const string ObjectsOfState = "85a46b696e64a57374617465a66f666673657400a776657273696f6e00a8766572646963747390a76f626a65637473"; // {..., objects:
    private const string DetailOfError = "82a4636f6465a8696e7465726e616ca664657461696c"; // {code: internal, detail:
    private const string UserConfig = "83a46b696e64a9636f6e666967757265a6726f75746572a172ab757365725f636f6e666967"; // {..., user_config:
    private const string UnknownKey = "82a46b696e64a46a6f696ea178"; // {kind: join, x:
    private const string PayloadOfCall = "93"; // [

    [Theory]
    [InlineData(TicketsOfCancel + "ddffffffff", "four billion tickets")]
    [InlineData(TicketsOfCancel + "dd7fffffff01", "two billion tickets")]
    [InlineData(TicketsOfCancel + "dcffff01", "65,535 tickets")]
    [InlineData(QueriesOfFrame + "ddffffffff", "four billion queries")]
    [InlineData(MembersOfFrame + "ddffffffff", "four billion requests or answers")]
    [InlineData(MembersOfFrame + "dd80000000", "as many requests or answers as make an int negative")]
    [InlineData(HeadersOfRequest + "dfffffffffa161a162", "four billion headers")]
    [InlineData(HeadersOfRequest + "df80000001a161a162", "so many headers that twice as many overflow")]
    [InlineData(HeadersOfRequest + "81a161dbffffffff61", "a header of 4 GiB")]
    [InlineData(RepliesOfFrame + "ddffffffff", "four billion replies")]
    [InlineData(RepliesOfFrame + "dd80000000", "as many replies as make an int negative")]
    [InlineData(BackendsOfReport + "ddffffffff", "four billion backends")]
    [InlineData(EditsOfChange + "ddffffffff", "four billion edits")]
    [InlineData(ObjectsOfState + "ddffffffff", "four billion objects")]
    [InlineData(DetailOfError + "dfffffffff", "four billion details")]
    [InlineData(DetailOfError + "df80000001a161a162", "so many details that twice as many overflow")]
    [InlineData(DetailOfError + "81dbffffffff61", "a name of 4 GiB")]
    [InlineData(UserConfig + "dbffffffff7b7d", "a text of 4 GiB")]
    [InlineData(UserConfig + "db7fffffff7b7d", "a text of 2 GiB")]
    [InlineData(UserConfig + "daffff7b7d", "a text of 64 KiB")]
    [InlineData(PayloadOfCall + "c6ffffffff00c0a161", "a payload of 4 GiB")]
    [InlineData(UnknownKey + "ddffffffff", "an unknown array of four billion")]
    [InlineData(UnknownKey + "dfffffffff", "an unknown map of four billion")]
    [InlineData(UnknownKey + "c9ffffffff01", "an unknown extension of 4 GiB")]
    [InlineData(UnknownKey + "c1", "the code that is never used")]
    [InlineData("ddffffffff", "an array of four billion")]
    [InlineData("dfffffffff", "a map of four billion")]
    [InlineData("dcffff", "an array of 65,535")]
    [InlineData("deffff", "a map of 65,535")]
    [InlineData("", "nothing")]
    public void A_length_beyond_the_bytes_that_are_there_is_refused_at_once(string hex, string what)
    {
        var bytes = Convert.FromHexString(hex);
        foreach (var (name, decode) in Decoders.All)
        {
            var allocated = Allocation.Of(bytes, decode);
            Assert.False(decode(bytes), $"The decoder of a {name} takes {what}.");
            Assert.True(allocated <= Allocation.Bound(0), $"The decoder of a {name} allocates {allocated} bytes for {what}.");
        }
    }

    [Theory]
    [InlineData(0x91)]
    [InlineData(0x81)]
    public void Ten_thousand_nested_values_are_refused(byte container)
    {
        byte[] nested = [.. Enumerable.Repeat(container, 10_000), 0xc0];
        foreach (var (name, decode) in Decoders.All)
        {
            Assert.False(decode(nested), $"The decoder of a {name} takes them bare.");
            Assert.False(decode([.. Convert.FromHexString(UnknownKey), .. nested]), $"The decoder of a {name} takes them behind a key.");
            Assert.False(decode([.. Convert.FromHexString("930190"), .. nested]), $"The decoder of a {name} takes them as a field to come.");
            Assert.False(decode([.. Convert.FromHexString(HeadersOfRequest + "81a161"), .. nested, 0xc0, 0xc0, 0xc0, 0xc0]), $"The decoder of a {name} takes them as a header.");
            Assert.False(decode([.. Convert.FromHexString("9401a17290"), .. nested]), $"The decoder of a {name} takes them as a field to come.");
        }
    }

    [Fact]
    public void What_is_unknown_may_nest_32_levels_and_no_more()
    {
        var announcement = Convert.FromHexString("85a46b696e64a46a6f696ea76261636b656e64a162a77265706c696361a172a57175657565a171a178");
        Assert.True(DecodeNested(32));
        Assert.False(DecodeNested(33));

        bool DecodeNested(int levels) => Announcements.ReplicaAnnouncement.TryDecode(
            [.. announcement, .. Enumerable.Repeat((byte)0x91, levels), 0xc0], out _);
    }

    [Fact]
    public void Many_true_tickets_cost_eight_bytes_each()
    {
        byte[] bytes = [.. Convert.FromHexString(TicketsOfCancel), 0xdd, 0, 1, 0, 0, .. new byte[65_536]];
        var allocated = Allocation.Of(bytes, Decode);
        Assert.True(Decode(bytes));
        Assert.InRange(allocated, 65_536 * 8, (65_536 * 8) + 1_000);
    }

    [Fact]
    public void Many_tickets_of_which_one_is_none_cost_nothing()
    {
        byte[] bytes = [.. Convert.FromHexString(TicketsOfCancel), 0xdd, 0, 1, 0, 0, .. new byte[65_535], 0xc0];
        var allocated = Allocation.Of(bytes, Decode);
        Assert.False(Decode(bytes));
        Assert.InRange(allocated, 0, 1_000);
    }

    private static bool Decode(ReadOnlySpan<byte> bytes) => Commands.ReplicaCommand.TryDecode(bytes, out _);
}
