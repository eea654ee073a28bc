using BrokerServe.Router.Configuration;
using CsCheck;

namespace BrokerServe.Router.Tests.Configuration;

public sealed class DurationSpecs
{
    [Theory]
    [InlineData("250ms", 250)]
    [InlineData("30s", 30_000)]
    [InlineData("1.5s", 1_500)]
    [InlineData("20m", 1_200_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("00:00:30", 30_000)]
    [InlineData("00:00:00.250", 250)]
    [InlineData(" 5s ", 5_000)]
    [InlineData("0s", 0)]
    [InlineData("-1s", -1_000)]
    public void Durations_are_written_with_a_unit_or_as_dotnet_writes_them(string text, int milliseconds)
    {
        Assert.True(Duration.TryParse(text, out var duration));
        Assert.Equal(milliseconds, duration.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("30")]
    [InlineData("s")]
    [InlineData("30 s")]
    [InlineData("30S")]
    [InlineData("1d")]
    [InlineData("1e3s")]
    [InlineData("1,5s")]
    [InlineData("NaNs")]
    [InlineData("00:00:60")]
    [InlineData("999999999999h")]
    public void What_could_be_misread_is_refused(string text) => Assert.False(Duration.TryParse(text, out _));

    [Fact]
    public void What_is_printed_reads_as_what_it_was() =>
        Gen.Long[-1_000_000_000, 1_000_000_000].Select(Gen.OneOf([.. new[] { 1L, 1_000L, 10_000L, 10_000_000L, 600_000_000L }.Select(Gen.Const)])).Sample((count, unit) =>
        {
            var duration = TimeSpan.FromTicks(count * unit);
            Assert.True(Duration.TryParse(Duration.Print(duration), out var read), Duration.Print(duration));
            Assert.Equal(duration, read);
        });
}
