using BrokerServe.Router.Configuration;

namespace BrokerServe.Router.Tests.Configuration;

public sealed class SuggestionSpecs
{
    [Theory]
    [InlineData("Trafic", "Traffic")]
    [InlineData("trafficc", "Traffic")]
    [InlineData("TRAFFIC", "Traffic")]
    [InlineData("Shadows", "Shadow")]
    [InlineData("Colour", null)]
    [InlineData("", null)]
    public void A_slip_or_two_of_the_keyboard_is_guessed(string written, string? meant) =>
        Assert.Equal(meant, Suggestion.Nearest(written, ["Traffic", "Shadow", "QueueType"]));

    [Fact]
    public void A_short_name_is_not_taken_for_its_neighbour() => Assert.Equal("known are v1, v2", Suggestion.For("v3", ["v2", "v1"]));
}
