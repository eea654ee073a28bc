using BrokerServe.Protocol;
using BrokerServe.Worker.Replies;
using BrokerServe.Worker.Scheduling;
using BrokerServe.Worker.Tests.Harness;

namespace BrokerServe.Worker.Tests.Scheduling;

public sealed class SyncSpecs
{
    [Fact]
    public void A_sync_is_answered_with_every_ticket_of_that_router_that_is_held()
    {
        var replica = new ReplicaHarness(limit: 2);
        var router = replica.Router("router-a");
        router.Sends(1, 2);
        replica.Router("router-b").Sends(3);
        replica.Ends(1);
        router.Syncs(incarnation: 2);

        var report = Assert.Single(replica.Said, said => said.Kind == OutgoingKind.Held);
        Assert.Equal("replica-1", report.Report!.Replica);
        Assert.Equal(2U, report.Report.Incarnation);
        Assert.Equal([new Ticket(2)], report.Report.Tickets);
        Assert.Equal("replies-of-router-a", report.Route!.Key);
    }

    [Fact]
    public void Frames_below_the_incarnation_of_the_last_sync_are_discarded_and_counted()
    {
        var replica = new ReplicaHarness();
        var router = replica.Router();
        router.Sends(1);
        router.Syncs(incarnation: 3);
        router.Incarnation = 2;
        router.Sends(2);
        Assert.Equal([DiscardReason.Stale], replica.Discards);
        Assert.Equal(1, replica.Scheduler.HeldCount);

        // Another router's incarnations are its own.
        var other = replica.Router("router-b");
        other.Sends(4);
        router.Incarnation = 3;
        router.Sends(3);
        Assert.Equal(3, replica.Scheduler.HeldCount);
    }

    [Fact]
    public void A_sync_in_a_new_epoch_cancels_the_queries_of_the_old_one_and_readdresses_their_replies()
    {
        var replica = new ReplicaHarness(limit: 2);
        var router = replica.Router();
        router.Configures(limit: 1);
        router.Sends(1, 2);
        replica.TakeStarts();
        router.Syncs(incarnation: 2, epoch: 2, replyKey: "new-key");

        // The waiting one is answered, the running one cancelled and still held.
        Assert.Equal([1UL], replica.TakeCancels());
        var report = Assert.Single(replica.Said, said => said.Kind == OutgoingKind.Held);
        Assert.Equal([new Ticket(1)], report.Report!.Tickets);
        Assert.Equal([(2UL, ReplyStatus.Cancelled)], replica.TakeReplies());

        replica.Throws(1, new OperationCanceledException());
        var reply = Assert.Single(replica.Said, said => said.Kind == OutgoingKind.Reply);
        Assert.Equal("new-key", reply.Route!.Key);
        Assert.Equal(ReplyStatus.Cancelled, reply.Status);
    }

    [Fact]
    public void What_was_ready_before_a_sync_is_said_before_its_report()
    {
        var replica = new ReplicaHarness();
        var router = replica.Router();
        router.Sends(1);
        replica.Ends(1);
        router.Syncs(incarnation: 2, epoch: 2, replyKey: "new-key");
        var said = replica.Said.Where(said => said.Route is not null).ToArray();
        Assert.Equal([OutgoingKind.Reply, OutgoingKind.Held], said.Select(one => one.Kind));
        Assert.All(said, one => Assert.Equal("new-key", one.Route!.Key));
    }

    [Fact]
    public void A_sync_in_the_same_epoch_keeps_what_is_held()
    {
        var replica = new ReplicaHarness();
        var router = replica.Router();
        router.Sends(1);
        router.Syncs(incarnation: 2);
        Assert.Empty(replica.TakeCancels());
        replica.Ends(1);
        Assert.Equal([(1UL, ReplyStatus.Ok)], replica.TakeReplies());
    }

    [Fact]
    public void A_sync_that_was_overtaken_by_a_newer_one_is_ignored()
    {
        var replica = new ReplicaHarness();
        var router = replica.Router();
        router.Syncs(incarnation: 5, replyKey: "newer");
        replica.Said.Clear();
        router.Syncs(incarnation: 4, replyKey: "older");
        Assert.DoesNotContain(replica.Said, said => said.Kind == OutgoingKind.Held);
        router.Incarnation = 5;
        router.Sends(1);
        Assert.Equal(1, replica.Scheduler.HeldCount);
    }

    [Fact]
    public void Frames_of_an_ended_epoch_are_discarded()
    {
        var replica = new ReplicaHarness();
        var router = replica.Router();
        router.Syncs(incarnation: 2, epoch: 2);
        router.Epoch = 1;
        router.Sends(1);
        Assert.Equal([DiscardReason.Stale], replica.Discards);
    }

    [Fact]
    public void A_malformed_frame_is_counted_and_the_sound_queries_before_the_damage_are_served()
    {
        var replica = new ReplicaHarness();
        replica.Scheduler.TakeFrame([1, 2, 3], replica.Now, replica.Now.Ms);
        var frame = Frames.Of("router-a", 1, 1, "key", replica.Now.UnixMs, new Query(1), new Query(2));
        replica.Scheduler.TakeFrame(frame[..^3], replica.Now, replica.Now.Ms);
        replica.Turn();
        Assert.Equal([DiscardReason.Malformed, DiscardReason.Malformed], replica.Discards);
        Assert.Equal([[1UL]], replica.TakeStarts());
    }
}
