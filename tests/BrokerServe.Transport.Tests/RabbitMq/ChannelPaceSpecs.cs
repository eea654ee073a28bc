using BrokerServe.RabbitMq.Publishing;
using Microsoft.Extensions.Time.Testing;

namespace BrokerServe.Transport.Tests.RabbitMq;

/// <summary>When refusals open another channel.</summary>
public sealed class ChannelPaceSpecs
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void The_first_refusal_opens_a_channel_and_those_after_it_wait_twice_as_long_each_time()
    {
        var pace = new ChannelPace(_time);
        Assert.Equal([0, 1, 3, 7, 15, 31, 47, 63], TurnsOf(pace, TimeSpan.FromSeconds(70)));
    }

    [Fact]
    public void A_refusal_after_a_long_time_without_one_is_a_first_one()
    {
        var pace = new ChannelPace(_time);
        Assert.Equal([0, 1, 3], TurnsOf(pace, TimeSpan.FromSeconds(5)));
        _time.Advance(2 * ChannelPace.Longest);
        Assert.Equal([0, 1, 3], TurnsOf(pace, TimeSpan.FromSeconds(5)));
    }

    // At which second a refusal opened a channel, when there is one every 100 ms.
    private List<int> TurnsOf(ChannelPace pace, TimeSpan during)
    {
        var turns = new List<int>();
        var begun = _time.GetTimestamp();
        for (; _time.GetElapsedTime(begun) < during; _time.Advance(TimeSpan.FromMilliseconds(100)))
        {
            if (pace.TryTakeTurn())
            {
                turns.Add((int)_time.GetElapsedTime(begun).TotalSeconds);
            }
        }

        return turns;
    }
}
