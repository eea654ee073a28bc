using BrokerServe.Router.Dispatch;
using BrokerServe.Router.Tests.Mailboxes;

namespace BrokerServe.Router.Tests.Dispatch;

/// <summary>The shell on real threads: a loop, a publishing loop, and the credit between them.</summary>
public sealed class DispatchLoopSpecs
{
    [Fact]
    public async Task A_channel_that_stands_still_stops_dispatch_at_its_bound_and_deadlines_go_on()
    {
        var rig = new LoopRig(replicas: 400, limit: 1);
        rig.Send(1_000);
        Assert.Equal(FrameCredit.Limit, await Patience.For(rig.AskAsync(d => d.InFlight), "The loop takes no mail."));
        Assert.True(await Patience.For(rig.AskAsync(d => d.StarvedOfRoom), "The loop takes no mail."));

        // The broker reads nothing: an alarm. Nobody waits longer for that than he said.
        rig.Time.Advance(TimeSpan.FromSeconds(2));
        while (await Patience.For(rig.AskAsync(d => d.Queued), "The loop takes no mail.") > 0)
        {
            rig.Loop.Tick(); // Again: the first may come before the loop has said that it needs any.
        }

        rig.OpenChannel();
        await Patience.For(rig.EndAsync(), "The loops did not end.");
    }

    [Fact]
    public async Task A_channel_that_opens_again_lets_everything_through()
    {
        var rig = new LoopRig(replicas: 1_000, limit: 1);
        rig.Send(5_000);
        Assert.True(await Patience.For(rig.AskAsync(d => d.StarvedOfRoom), "The loop takes no mail."));

        rig.OpenChannel();

        await Patience.For(rig.WhenAllEndedAsync(), "Room came back and nobody was told.");
        Assert.Equal(5_000, rig.Loop.Counters.Dispatched);
        await Patience.For(rig.EndAsync(), "The loops did not end.");
    }

    [Fact]
    public async Task Room_that_comes_and_goes_at_every_moment_is_never_forgotten()
    {
        // 600 replicas of one query each and 256 messages of room: the loop runs dry and is told of room all the time.
        var rig = new LoopRig(replicas: 600, limit: 1);
        rig.OpenChannel();
        for (var wave = 0; wave < 40; wave++)
        {
            rig.Send(1_500);
            await Patience.For(rig.WhenAllEndedAsync(), $"Wave {wave}: {rig.Outstanding} requests were left, room or a post was forgotten.");
        }

        Assert.Equal(40 * 1_500, rig.Loop.Counters.Dispatched);
        await Patience.For(rig.EndAsync(), "The loops did not end.");
    }
}
