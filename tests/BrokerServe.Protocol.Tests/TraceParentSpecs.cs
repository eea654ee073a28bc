using System.Text;

namespace BrokerServe.Protocol.Tests;

/// <summary>What is told from a traceparent at a glance.</summary>
public sealed class TraceParentSpecs
{
    private const string Ids = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-";

    [Theory]
    [InlineData(Ids + "00", true)]
    [InlineData(Ids + "01", false)]
    [InlineData(Ids + "02", true)]
    [InlineData(Ids + "0a", true)]
    [InlineData(Ids + "0b", false)]
    [InlineData(Ids + "ff", false)]
    [InlineData(Ids + "0F", false)]
    [InlineData(Ids + "0E", true)]
    [InlineData(Ids + "00-later", true)]
    [InlineData(Ids + "0x", false)]
    [InlineData(Ids, false)]
    [InlineData("", false)]
    [InlineData("00000000000000000000000000000000000000000000000000000000", false)]
    public void A_trace_that_is_not_recorded_is_told_by_its_last_flag(string traceParent, bool isUnsampled) =>
        Assert.Equal(isUnsampled, TraceParent.IsUnsampled(Encoding.UTF8.GetBytes(traceParent)));
}
