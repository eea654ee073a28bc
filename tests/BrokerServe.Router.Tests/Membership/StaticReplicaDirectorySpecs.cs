using BrokerServe.Protocol.Announcements;
using BrokerServe.Router.Configuration;
using BrokerServe.Router.Membership;
using BrokerServe.Router.Tests.Dispatch;
using BrokerServe.Router.Tests.Mailboxes;
using BrokerServe.Router.Tests.Routing;

namespace BrokerServe.Router.Tests.Membership;

/// <summary>Static replicas are there while the router runs, unless a query has found no queue.</summary>
public sealed class StaticReplicaDirectorySpecs
{
    private const string Queue = "rpc_queue";

    private readonly LoopRig _rig = new(replicas: 0, limit: 0);
    private readonly ReplicaDirectory _directory;
    private int _came;

    public StaticReplicaDirectorySpecs()
    {
        _directory = new ReplicaDirectory("router", _rig.Loops, new RoutingHarness("backend").Control, _rig.Clock, fence: _ => { });
        _directory.ReplicaCame += () => _came++;
        Names(new StaticReplicaConfig { Queue = Queue, Limit = 4 });
    }

    [Fact]
    public async Task They_come_when_queries_can_leave_and_need_no_heartbeat()
    {
        Assert.False(_directory.HasReplica("backend"));
        Assert.Equal((0, 0), await ReplicasAndCredit());

        _directory.BeginPublishing();
        Assert.Equal(1, _came);
        _directory.BeginHearing();
        _rig.Time.Advance(TimeSpan.FromMinutes(1));
        _directory.Expire();

        Assert.True(_directory.HasReplica("backend"));
        Assert.Equal((1, 4), await ReplicasAndCredit());
        await EndAsync();
    }

    [Fact]
    public async Task The_limit_is_one_for_each_router_and_may_change_while_it_runs()
    {
        _directory.BeginPublishing();
        _directory.Hear(new RouterAnnouncement(AnnouncementKind.Join, "another", 1, "replies.another"));
        Assert.Equal((1, 4), await ReplicasAndCredit());

        Names(new StaticReplicaConfig { Queue = Queue, Limit = 6 });
        Assert.Equal((1, 6), await ReplicasAndCredit());
        await EndAsync();
    }

    [Fact]
    public async Task While_queries_cannot_leave_they_get_none()
    {
        _directory.BeginPublishing();
        _directory.EndPublishing();
        Assert.Equal((1, 0), await ReplicasAndCredit());

        _directory.BeginPublishing();
        Assert.Equal((1, 4), await ReplicasAndCredit());
        await EndAsync();
    }

    [Fact]
    public async Task A_query_that_finds_no_queue_ends_the_replica_until_the_queue_is_back()
    {
        _directory.BeginPublishing();

        _directory.QueueIsGone(Queue);
        _directory.QueueIsGone(Queue); // All that were on their way come back.
        _directory.Refresh("backend");
        _directory.EndPublishing();
        _directory.BeginPublishing();
        Assert.Equal([Queue], _directory.MissingQueues());
        Assert.False(_directory.HasReplica("backend"));
        Assert.Equal((0, 0), await ReplicasAndCredit());
        Assert.Equal(1, _rig.Loop.Counters.ReplicasLost);

        _directory.QueueIsBack(Queue);
        Assert.Empty(_directory.MissingQueues());
        Assert.True(_directory.HasReplica("backend"));
        Assert.Equal((1, 4), await ReplicasAndCredit());
        await EndAsync();
    }

    [Fact]
    public async Task One_that_is_no_longer_named_leaves()
    {
        _directory.BeginPublishing();
        Names(new StaticReplicaConfig { Queue = "another_queue", Limit = 2 });
        Assert.Equal((1, 2), await ReplicasAndCredit());

        Names();
        Assert.False(_directory.HasReplica("backend"));
        Assert.Equal((0, 0), await ReplicasAndCredit());
        await EndAsync();
    }

    private void Names(params StaticReplicaConfig[] replicas) => _directory.SetStatic("backend", replicas);

    private Task<(int Replicas, int Credit)> ReplicasAndCredit() =>
        Patience.For(_rig.AskAsync(d => (d.Replicas, d.Credit)), "The loop takes no mail.");

    private async Task EndAsync()
    {
        _rig.OpenChannel();
        await Patience.For(_rig.EndAsync(), "The loops did not end.");
    }
}
