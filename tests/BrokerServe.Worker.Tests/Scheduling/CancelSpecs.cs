using BrokerServe.Protocol;
using BrokerServe.Worker.Tests.Harness;

namespace BrokerServe.Worker.Tests.Scheduling;

public sealed class CancelSpecs
{
    [Fact(DisplayName = "Semantics 17: a running handler's token is cancelled, the credit returns when the worker says so")]
    public void A_running_query_is_answered_when_its_cancelled_handler_has_ended()
    {
        var replica = new ReplicaHarness();
        var router = replica.Router();
        router.Sends(1);
        router.Cancels(1);
        Assert.Equal([1UL], replica.TakeCancels());
        Assert.Empty(replica.TakeReplies());

        replica.Throws(1, new OperationCanceledException());
        Assert.Equal([(1UL, ReplyStatus.Cancelled)], replica.TakeReplies());
    }

    [Fact(DisplayName = "Semantics 17: queued work is dropped: in the replica's line too, and answered at once")]
    public void A_waiting_query_is_answered_at_once_and_never_starts()
    {
        var replica = new ReplicaHarness(limit: 2);
        var router = replica.Router();
        router.Configures(limit: 1);
        router.Sends(1, 2);
        replica.TakeStarts();
        router.Cancels(2);
        Assert.Equal([(2UL, ReplyStatus.Cancelled)], replica.TakeReplies());
        replica.Ends(1);
        Assert.Empty(replica.TakeStarts());
    }

    [Fact]
    public void Cancelling_twice_fires_once_and_answers_once()
    {
        var replica = new ReplicaHarness();
        var router = replica.Router();
        router.SendsFrame(new Query(1) { TimeLeftMs = 100 });
        router.Cancels(1, 1);
        router.Cancels(1);
        replica.Passes(200);
        Assert.Equal([1UL], replica.TakeCancels());
        replica.Throws(1, new OperationCanceledException());
        Assert.Equal([(1UL, ReplyStatus.Cancelled)], replica.TakeReplies());
        router.Cancels(1);
        Assert.Empty(replica.TakeReplies());
    }

    [Fact]
    public void A_ticket_means_the_query_of_the_router_that_says_it()
    {
        var replica = new ReplicaHarness();
        var a = replica.Router("router-a");
        var b = replica.Router("router-b");
        a.Sends(7);
        b.Sends(7);
        Assert.Equal(2, replica.Scheduler.HeldCount);

        b.Cancels(7);
        var cancelled = Assert.Single(replica.Cancels);
        Assert.Equal("router-b", ((Worker.Scheduling.HeldQuery)cancelled).Router.Id);
    }

    [Fact]
    public void A_ticket_that_is_held_already_is_dropped_and_counted_and_the_first_one_answered()
    {
        var replica = new ReplicaHarness();
        var router = replica.Router();
        router.Sends(1);
        router.Sends(1);
        Assert.Equal([Worker.Scheduling.DiscardReason.Duplicate], replica.Discards);
        Assert.Single(replica.TakeStarts());
        replica.Ends(1);
        Assert.Equal([(1UL, ReplyStatus.Ok)], replica.TakeReplies());
    }
}
