using System.Text;
using CsCheck;

namespace BrokerServe.Protocol.Tests;

public sealed class NamesSpecs
{
    [Theory]
    [InlineData("a")]
    [InlineData("Z")]
    [InlineData("0")]
    [InlineData("_")]
    [InlineData("greet-v1.2_b")]
    [InlineData("a--..__")]
    public void A_name_is_letters_digits_and_three_signs(string name) => AssertValid(true, name);

    [Theory]
    [InlineData("")]
    [InlineData(".a")]
    [InlineData("-a")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("a#")]
    [InlineData("a*")]
    [InlineData("ä")]
    [InlineData("a\n")]
    [InlineData("a\0")]
    public void Nothing_else_is_a_name(string name) => AssertValid(false, name);

    [Fact]
    public void A_name_has_80_characters_at_most()
    {
        AssertValid(true, new string('a', 80));
        AssertValid(false, new string('a', 81));
    }

    [Fact]
    public void Null_is_no_name() => Assert.False(Names.IsValid(null));

    [Fact]
    public void A_name_is_valid_as_text_when_it_is_valid_as_UTF8() =>
        Gen.String[Gen.Char["aZ5_.-ü #\0"], 0, 90].Sample(name => Names.IsValid(name) == Names.IsValidUtf8(Encoding.UTF8.GetBytes(name)));

    [Fact]
    public void The_longest_names_make_queue_names_that_AMQP_takes()
    {
        var longest = new string('n', Names.MaxLength);
        var names = new ObjectNames(longest);
        Assert.All(
            [
                names.Requests, names.Unroutable, names.Replies, names.Replicas, names.Routers, names.Cancels, names.Reports, names.Dead,
                names.EndpointQueue(longest), names.ReplicaQueue(longest, longest), names.ClientReplyQueue(longest),
                names.RouterReplyQueue(longest, long.MaxValue), names.RouterAnnouncementQueue(longest, long.MaxValue),
                names.RouterCancelQueue(longest, long.MaxValue),
            ],
            name => Assert.True(Names.IsQueueName(Encoding.UTF8.GetBytes(name)), name));
    }

    private static void AssertValid(bool valid, string name)
    {
        Assert.Equal(valid, Names.IsValid(name));
        Assert.Equal(valid, Names.IsValidUtf8(Encoding.UTF8.GetBytes(name)));
    }
}
