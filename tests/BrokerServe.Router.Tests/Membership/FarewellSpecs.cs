using BrokerServe.Protocol.Announcements;
using BrokerServe.Router.Membership;
using BrokerServe.Router.Tests.Dispatch;
using BrokerServe.Router.Tests.Mailboxes;
using BrokerServe.Router.Tests.Routing;

namespace BrokerServe.Router.Tests.Membership;

/// <summary>A good-bye may be heard before the last replies: they come by another queue.</summary>
public sealed class FarewellSpecs
{
    private const string Queue = "queue.r1";

    private readonly LoopRig _rig = new(replicas: 0, limit: 0);
    private readonly ReplicaDirectory _directory;

    public FarewellSpecs()
    {
        _directory = new ReplicaDirectory("router", _rig.Loops, new RoutingHarness("backend").Control, _rig.Clock, fence: _ => { });
        _directory.BeginHearing();
        Hears(AnnouncementKind.Join);
        _rig.Send(1);
    }

    [Fact]
    public async Task What_is_open_at_a_replica_that_left_stays_open_for_a_lease()
    {
        Assert.Equal(1, await InFlight());
        _rig.Time.Advance(TimeSpan.FromMilliseconds(400));

        Hears(AnnouncementKind.Leave);
        _rig.Time.Advance(TimeSpan.FromMilliseconds(400));
        _directory.Expire();
        Assert.False(_directory.HasReplica("backend"));
        Assert.Equal((1, 0), (await InFlight(), _rig.Loop.Counters.ReplicasLost));

        _rig.Time.Advance(TimeSpan.FromMilliseconds(150));
        _directory.Expire();
        Assert.Equal((0, 1), (await InFlight(), _rig.Loop.Counters.ReplicasLost));
        await EndAsync();
    }

    [Fact]
    public async Task Nothing_that_is_heard_of_a_replica_that_left_changes_that()
    {
        Hears(AnnouncementKind.Leave);

        Hears(AnnouncementKind.Heartbeat);
        Hears(AnnouncementKind.Join);
        Hears(AnnouncementKind.Leave);
        _directory.QueueIsGone(Queue);
        _directory.Refresh("backend");
        _directory.Hear(new RouterAnnouncement(AnnouncementKind.Join, "another", 1, "replies.another"));

        Assert.False(_directory.HasReplica("backend"));
        Assert.Equal((1, 0), (await InFlight(), _rig.Loop.Counters.ReplicasLost));
        Assert.Equal(0, await Patience.For(_rig.AskAsync(d => d.Replicas), "The loop takes no mail."));
        await EndAsync();
    }

    [Fact]
    public async Task A_replica_whose_queue_is_gone_without_a_good_bye_is_lost_at_once()
    {
        _directory.QueueIsGone(Queue);
        Assert.Equal((0, 1), (await InFlight(), _rig.Loop.Counters.ReplicasLost));

        Hears(AnnouncementKind.Heartbeat);
        Assert.False(_directory.HasReplica("backend"));
        await EndAsync();
    }

    [Fact]
    public async Task An_alarm_while_nobody_can_be_heard_lets_nobody_be_given_up()
    {
        _directory.EndHearing();
        _directory.RenewLeases();
        _rig.Time.Advance(TimeSpan.FromMilliseconds(600));
        _directory.Expire();

        Assert.Equal((1, 0), (await InFlight(), _rig.Loop.Counters.ReplicasLost));
        await EndAsync();
    }

    [Fact]
    public async Task Coming_and_leaving_under_ever_new_names_fills_no_memory()
    {
        _rig.Time.Advance(TimeSpan.FromMilliseconds(600));
        _directory.Expire();
        for (var n = 0; n < ReplicaDirectory.MaxReplicas; n++)
        {
            _directory.Hear(new ReplicaAnnouncement(AnnouncementKind.Join, "nowhere", $"life-{n}", $"queue-{n}"));
            _directory.QueueIsGone($"queue-{n}");
        }

        Hears(AnnouncementKind.Join);
        Assert.False(_directory.HasReplica("backend"), "One more was remembered than there may be.");

        _rig.Time.Advance(TimeSpan.FromMinutes(1));
        _directory.Expire();
        Hears(AnnouncementKind.Join);
        Assert.True(_directory.HasReplica("backend"));
        await EndAsync();
    }

    private void Hears(AnnouncementKind kind) =>
        _directory.Hear(new ReplicaAnnouncement(kind, "backend", "r1", Queue) { LeaseMs = 500 });

    private Task<int> InFlight() => Patience.For(_rig.AskAsync(d => d.InFlight), "The loop takes no mail.");

    private async Task EndAsync()
    {
        _rig.OpenChannel();
        await Patience.For(_rig.EndAsync(), "The loops did not end.");
    }
}
