using System.Collections.Frozen;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Router.Membership;
using BrokerServe.Router.Tests.Dispatch;
using BrokerServe.Router.Tests.Mailboxes;
using BrokerServe.Router.Tests.Routing;

namespace BrokerServe.Router.Tests.Membership;

/// <summary>A replica that the operator takes out of service is none of its backend's until it is back.</summary>
public sealed class OperatorDrainSpecs
{
    private readonly LoopRig _rig = new(replicas: 0, limit: 0);
    private readonly ReplicaDirectory _directory;

    public OperatorDrainSpecs()
    {
        _directory = new ReplicaDirectory("router", _rig.Loops, new RoutingHarness("backend").Control, _rig.Clock, fence: _ => { });
        _directory.BeginHearing();
    }

    [Fact]
    public async Task One_that_is_there_goes_out_and_comes_back()
    {
        Comes("r1");
        Assert.Equal((1, 8), await ReplicasAndCredit());

        Drains("r1");
        Assert.False(_directory.HasReplica("backend"));
        Assert.Equal((0, 0), await ReplicasAndCredit());

        Drains();
        Assert.True(_directory.HasReplica("backend"));
        Assert.Equal((1, 8), await ReplicasAndCredit());
        await EndAsync();
    }

    [Fact]
    public async Task One_that_comes_later_is_out_from_the_start_whatever_else_changes()
    {
        Drains("r1");
        Comes("r1");
        Comes("r2");
        Assert.Equal((1, 8), await ReplicasAndCredit());

        _directory.Hear(new RouterAnnouncement(AnnouncementKind.Join, "another", 1, "replies.another"));
        _directory.Refresh("backend");
        Assert.Equal((1, 4), await ReplicasAndCredit());
        await EndAsync();
    }

    private void Comes(string replica) =>
        _directory.Hear(new ReplicaAnnouncement(AnnouncementKind.Join, "backend", replica, $"queue.{replica}") { MaxConcurrent = 8 });

    private void Drains(params string[] replicas) => _directory.SetDrained(replicas.ToFrozenSet(StringComparer.Ordinal));

    private Task<(int Replicas, int Credit)> ReplicasAndCredit() =>
        Patience.For(_rig.AskAsync(d => (d.Replicas, d.Credit)), "The loop takes no mail.");

    private async Task EndAsync()
    {
        _rig.OpenChannel();
        await Patience.For(_rig.EndAsync(), "The loops did not end.");
    }
}
