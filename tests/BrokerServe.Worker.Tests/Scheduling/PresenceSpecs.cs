using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Worker.Replies;
using BrokerServe.Worker.Scheduling;
using BrokerServe.Worker.Tests.Harness;

namespace BrokerServe.Worker.Tests.Scheduling;

public sealed class PresenceSpecs
{
    [Fact]
    public void A_replica_joins_and_then_says_each_second_that_it_is_there()
    {
        var replica = new ReplicaHarness();
        replica.Passes(2_500);
        Assert.Equal([AnnouncementKind.Join, AnnouncementKind.Heartbeat, AnnouncementKind.Heartbeat], Announced(replica));
    }

    [Fact(DisplayName = "Semantics 13: After a router restart: workers re-announce")]
    public void A_router_that_joins_hears_of_the_replica_at_once()
    {
        var replica = new ReplicaHarness();
        replica.Passes(1_500);
        replica.Said.Clear();
        replica.Router().Announces(AnnouncementKind.Join);
        Assert.Equal([AnnouncementKind.Join], Announced(replica));
        replica.Router("router-b").Announces(AnnouncementKind.Heartbeat);
        Assert.Equal([AnnouncementKind.Join], Announced(replica));
    }

    [Fact(DisplayName = "Semantics 29: Stopping a worker drains: announce draining, wait until routers have stopped sending, finish, reply, leave")]
    public void Draining_ends_when_every_live_router_has_fenced_and_nothing_is_held()
    {
        var replica = new ReplicaHarness();
        var a = replica.Router("router-a");
        var b = replica.Router("router-b");
        a.Announces(AnnouncementKind.Heartbeat);
        b.Announces(AnnouncementKind.Heartbeat);
        a.Sends(1);
        replica.Said.Clear();

        replica.Scheduler.Drain(replica.Now.Ms);
        replica.Turn();
        Assert.Equal([AnnouncementKind.Draining], Announced(replica));
        a.Fences();

        // What was on its way when the router heard of the draining is served like any other.
        b.Sends(2);
        b.Fences();
        Assert.False(replica.HasLeft);
        Assert.Equal([[1UL], [2UL]], replica.TakeStarts());

        replica.Ends(1);
        Assert.False(replica.HasLeft);
        replica.Ends(2);
        Assert.True(replica.HasLeft);

        // The replies are said before the leave.
        Assert.Equal(OutgoingKind.Announcement, replica.Said[^1].Kind);
        Assert.Equal(AnnouncementKind.Leave, replica.Said[^1].Announcement);
        Assert.Equal([(1UL, ReplyStatus.Ok), (2UL, ReplyStatus.Ok)], replica.TakeReplies());
    }

    [Fact]
    public void A_router_that_is_gone_or_has_left_is_not_waited_for()
    {
        var replica = new ReplicaHarness();
        var left = replica.Router("router-a");
        var gone = replica.Router("router-b");
        left.Announces(AnnouncementKind.Heartbeat);
        gone.Announces(AnnouncementKind.Heartbeat);
        replica.Scheduler.Drain(replica.Now.Ms);
        replica.Turn();
        left.Announces(AnnouncementKind.Leave);
        Assert.False(replica.HasLeft);
        replica.Passes(2_999);
        Assert.False(replica.HasLeft);
        replica.Passes(1_001); // The lease has run out, and the next heartbeat looks.
        Assert.True(replica.HasLeft);
    }

    [Fact]
    public void While_it_drains_its_heartbeat_says_so_and_so_does_its_answer_to_a_router_that_joins()
    {
        var replica = new ReplicaHarness();
        var router = replica.Router();
        router.Sends(1);
        replica.Scheduler.Drain(replica.Now.Ms);
        replica.Turn();
        replica.Said.Clear();
        replica.Passes(1_000);
        replica.Router("router-b").Announces(AnnouncementKind.Join);
        Assert.Equal([AnnouncementKind.Draining, AnnouncementKind.Draining], Announced(replica));
    }

    [Fact(DisplayName = "Semantics 29: after a grace period (20 s) cancel what is left")]
    public void After_the_grace_period_what_is_left_is_cancelled_and_answered_shutting_down()
    {
        var replica = new ReplicaHarness(limit: 2);
        var router = replica.Router();
        router.Configures(limit: 1);
        router.SendsFrame(new Query(1) { TimeLeftMs = 600_000 }, new Query(2) { TimeLeftMs = 600_000 });
        replica.Scheduler.Drain(replica.Now.Ms);
        replica.Turn();
        router.Fences();
        replica.Passes(19_999);
        Assert.Empty(replica.TakeReplies());

        replica.Passes(1);
        Assert.Equal([1UL], replica.TakeCancels());
        Assert.True(replica.LastError().Retryable); // The waiting one has certainly not begun.
        Assert.Equal([(2UL, ReplyStatus.ShuttingDown)], replica.TakeReplies());

        replica.Throws(1, new OperationCanceledException());
        Assert.False(replica.LastError().Retryable);
        Assert.Equal([(1UL, ReplyStatus.ShuttingDown)], replica.TakeReplies());
        Assert.True(replica.HasLeft);
    }

    [Fact]
    public void A_handler_that_ignores_its_token_is_answered_for_and_not_waited_for()
    {
        var replica = new ReplicaHarness();
        var router = replica.Router();
        router.SendsFrame(new Query(1) { TimeLeftMs = 600_000 });
        replica.Scheduler.Drain(replica.Now.Ms);
        replica.Passes(20_000);
        Assert.False(replica.HasLeft);
        replica.Passes(Presence.CancelledHandlersMs);
        Assert.True(replica.HasLeft);
        Assert.Equal([(1UL, ReplyStatus.ShuttingDown)], replica.TakeReplies());

        replica.Ends(1);
        Assert.Empty(replica.TakeReplies());
        Assert.Equal(0, replica.Scheduler.Running);
    }

    [Fact]
    public void When_the_grace_period_ends_a_replica_that_holds_nothing_leaves_without_the_missing_fence()
    {
        var replica = new ReplicaHarness();
        var router = replica.Router();
        replica.Scheduler.Drain(replica.Now.Ms);
        router.Announces(AnnouncementKind.Heartbeat);
        for (var second = 0; second < 19; second++)
        {
            replica.Passes(1_000);
            router.Announces(AnnouncementKind.Heartbeat);
        }

        Assert.False(replica.HasLeft);
        replica.Passes(1_000);
        Assert.True(replica.HasLeft);
    }

    [Fact]
    public void Whoever_cannot_wait_cuts_the_grace_period_short()
    {
        var replica = new ReplicaHarness();
        replica.Router().Sends(1);
        replica.Scheduler.Drain(replica.Now.Ms);
        replica.Turn();
        replica.Scheduler.CutShort(replica.Now.Ms);
        replica.Turn();
        Assert.Equal([1UL], replica.TakeCancels());
        replica.Router().Sends(2);
        Assert.Equal([(2UL, ReplyStatus.ShuttingDown)], replica.TakeReplies());
    }

    [Fact]
    public void A_lost_life_cancels_what_runs_and_answers_nothing_any_more()
    {
        var replica = new ReplicaHarness(limit: 2);
        var router = replica.Router();
        router.Configures(limit: 1);
        router.Sends(1, 2);
        replica.TakeStarts();
        replica.Dies();
        Assert.Equal([1UL], replica.TakeCancels());
        Assert.Equal(0, replica.Scheduler.HeldCount);
        replica.Ends(1);
        Assert.Empty(replica.TakeReplies());
        Assert.Empty(replica.TakeStarts());
        Assert.Equal(PresenceState.Away, replica.Scheduler.State);
    }

    [Fact]
    public void The_operators_text_is_passed_on()
    {
        var replica = new ReplicaHarness();
        replica.Router().Configures(userConfig: """{"greeting":"Hej"}""");
        Assert.Equal("""{"greeting":"Hej"}""", replica.UserConfig);
    }

    private static AnnouncementKind[] Announced(ReplicaHarness replica) =>
        [.. replica.Said.Where(said => said.Kind == OutgoingKind.Announcement).Select(said => said.Announcement)];
}
