using BrokerServe.Client.Calls;

namespace BrokerServe.Client.Tests;

/// <summary>Correlation ids.</summary>
public sealed class CallIdSpecs
{
    [Theory]
    [InlineData(0, 1UL, "c-100000")]
    [InlineData(1, 1UL, "c-100001")]
    [InlineData(262_143, 1UL, "c-13ffff")]
    [InlineData(5, (1UL << 44) - 1, "c-fffffffffff00005")]
    public void An_id_is_the_clients_prefix_and_a_number_and_can_be_read_again(int index, ulong generation, string text)
    {
        var id = new CallId(index, generation);

        Assert.Equal(text, id.ToCorrelationId("c-"));
        Assert.True(CallId.TryParse(text, "c-", out var read));
        Assert.Equal((index, generation), (read.Index, read.Generation));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("c-")]
    [InlineData("d-1")]
    [InlineData("c-g")]
    [InlineData("c- 1")]
    [InlineData("c-+1")]
    [InlineData("c-00000000000000001")]
    public void What_is_no_id_of_this_client_is_refused(string? text) => Assert.False(CallId.TryParse(text, "c-", out _));
}
