using System.Text;
using BrokerServe.Router.Configuration;
using BrokerServe.Router.Routing;

namespace BrokerServe.Router.Tests.Routing;

public sealed class HeaderFilterSpecs
{
    [Theory]
    [InlineData("meta-user", true)]
    [InlineData("meta-", true)]
    [InlineData("baggage", true)]
    [InlineData("Meta-user", false)]
    [InlineData("baggages", false)]
    [InlineData("x-death", false)]
    [InlineData("", false)]
    public void By_default_metadata_and_baggage_travel(string header, bool forwarded) =>
        Assert.Equal(forwarded, new HeaderFilter(new EndpointConfig().ForwardHeaders).Forwards(Encoding.UTF8.GetBytes(header)));

    [Theory]
    [InlineData("x-request-id", true)]
    [InlineData("bs-deadline", false)]
    [InlineData("traceparent", false)]
    [InlineData("tracestate", false)]
    public void A_star_alone_reaches_every_header_but_our_own(string header, bool forwarded) =>
        Assert.Equal(forwarded, new HeaderFilter(["*"]).Forwards(Encoding.UTF8.GetBytes(header)));

    [Fact]
    public void An_empty_list_forwards_nothing() => Assert.False(new HeaderFilter([]).Forwards("meta-user"u8));
}
