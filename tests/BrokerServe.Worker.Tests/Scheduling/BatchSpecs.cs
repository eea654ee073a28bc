using BrokerServe.Protocol;
using BrokerServe.Worker.Scheduling;
using BrokerServe.Worker.Tests.Harness;

namespace BrokerServe.Worker.Tests.Scheduling;

public sealed class BatchSpecs
{
    [Fact(DisplayName = "Semantics 26: the timer starts at the first arrival")]
    public void A_batch_waits_from_the_arrival_of_its_first_member()
    {
        var replica = Batching(limit: 8, size: 4, waitMs: 100);
        var router = replica.Router();
        router.Sends("square", 1);
        replica.Passes(60);
        router.Sends("square", 2);
        replica.Passes(39);
        Assert.Empty(replica.TakeStarts());
        replica.Passes(1);
        Assert.Equal([[1UL, 2]], replica.TakeStarts());
    }

    [Fact(DisplayName = "Semantics 26: a full batch goes at once")]
    public void A_full_batch_does_not_wait()
    {
        var replica = Batching(limit: 8, size: 2, waitMs: 10_000);
        replica.Router().Sends("square", 1, 2, 3, 4, 5);
        Assert.Equal([[1UL, 2], [3UL, 4]], replica.TakeStarts());
        replica.Passes(10_000);
        Assert.Equal([[5UL]], replica.TakeStarts());
    }

    [Fact(DisplayName = "Semantics 26: a batch holds one method only")]
    public void Methods_do_not_share_a_batch()
    {
        var replica = Batching(limit: 8, size: 4, waitMs: 100);
        replica.Router().SendsFrame(
            new Query(1) { Method = "square" }, new Query(2) { Method = "cube" }, new Query(3) { Method = "square" },
            new Query(4) { Method = "cube" });
        replica.Passes(100);
        Assert.Equal([[1UL, 3], [2UL, 4]], replica.TakeStarts());
    }

    [Fact(DisplayName = "Semantics 26: queries whose deadline has passed are left out")]
    public void A_member_that_expires_while_it_waits_is_left_out_and_answered()
    {
        var replica = Batching(limit: 8, size: 4, waitMs: 100);
        replica.Router().SendsFrame(
            new Query(1) { Method = "square" }, new Query(2) { Method = "square", TimeLeftMs = 50 }, new Query(3) { Method = "square" });
        replica.Passes(100);
        Assert.Equal([(2UL, ReplyStatus.DeadlineExceeded)], replica.TakeReplies());
        Assert.Equal([[1UL, 3]], replica.TakeStarts());
    }

    [Fact]
    public void A_cancelled_member_is_left_out_and_an_empty_batch_never_starts()
    {
        var replica = Batching(limit: 8, size: 4, waitMs: 100);
        var router = replica.Router();
        router.Sends("square", 1);
        router.Cancels(1);
        Assert.Equal([(1UL, ReplyStatus.Cancelled)], replica.TakeReplies());
        router.Sends("square", 2);
        replica.Passes(99);
        Assert.Empty(replica.TakeStarts());
        replica.Passes(1);
        Assert.Equal([[2UL]], replica.TakeStarts());
    }

    [Fact]
    public void Without_a_wait_what_arrived_together_goes_together()
    {
        var replica = Batching(limit: 8, size: 8, waitMs: 0);
        var router = replica.Router();
        router.Puts(new Query(1) { Method = "square" }, new Query(2) { Method = "square" });
        router.SendsFrame(new Query(3) { Method = "square" });
        Assert.Equal([[1UL, 2, 3]], replica.TakeStarts());
    }

    [Fact]
    public void A_batch_takes_a_place_for_each_member_and_waits_in_line_until_there_are_enough()
    {
        var replica = Batching(limit: 4, size: 3, waitMs: 0);
        var router = replica.Router();
        router.Sends(1, 2);
        replica.TakeStarts();
        router.Sends("square", 11, 12);
        Assert.Equal([[11UL, 12]], replica.TakeStarts());

        // Full now. A batch of three stands before a single query, and both wait: order is kept, so neither starves.
        var other = replica.Router("router-b");
        other.Sends("square", 21, 22, 23);
        other.Sends(24);
        replica.Ends(1);
        replica.Ends(2);
        Assert.Empty(replica.TakeStarts());
        replica.Ends(11);
        Assert.Equal([[21UL, 22, 23], [24UL]], replica.TakeStarts());
        Assert.Equal(4, replica.Scheduler.Running);
    }

    [Fact]
    public void A_batch_that_waits_for_places_is_joined_by_those_who_come_meanwhile()
    {
        var replica = Batching(limit: 4, size: 4, waitMs: 0);
        var router = replica.Router();
        router.Sends(1, 2, 3);
        router.Sends("square", 11);
        replica.TakeStarts();
        var other = replica.Router("router-b");
        other.Sends("square", 21, 22);
        other.Sends("square", 23);
        Assert.Empty(replica.TakeStarts());
        replica.Ends(1);
        replica.Ends(2);
        replica.Ends(3);
        Assert.Equal([[21UL, 22, 23]], replica.TakeStarts());
    }

    [Fact]
    public void The_limit_bounds_the_batch_so_that_a_batch_can_always_run()
    {
        var replica = Batching(limit: 8, size: 8, waitMs: 10_000);
        var router = replica.Router();
        router.Configures(limit: 3, batchSize: 8);
        router.Sends("square", 1, 2, 3, 4);
        Assert.Equal([[1UL, 2, 3]], replica.TakeStarts());
    }

    [Fact]
    public void A_batch_that_was_formed_before_the_limit_was_cut_goes_in_parts()
    {
        var replica = Batching(limit: 4, size: 4, waitMs: 0);
        var router = replica.Router();
        router.Sends(1);
        replica.TakeStarts();
        var other = replica.Router("router-b");
        other.Sends("square", 11, 12, 13, 14);
        router.Configures(limit: 2);
        replica.Ends(1);
        Assert.Equal([[11UL, 12]], replica.TakeStarts());
        replica.Ends(11);
        Assert.Equal([[13UL, 14]], replica.TakeStarts());
    }

    [Fact(DisplayName = "Semantics 28: Config changes (..., batch size, ...) reach running workers: a smaller size makes the waiting batch full")]
    public void A_changed_batch_size_counts_for_the_batch_that_waits()
    {
        var replica = Batching(limit: 8, size: 4, waitMs: 10_000);
        var router = replica.Router();
        router.Sends("square", 1, 2);
        router.Configures(batchSize: 2);
        Assert.Equal([[1UL, 2]], replica.TakeStarts());
        router.Configures(batchWaitMs: 20);
        router.Sends("square", 3);
        replica.Passes(20);
        Assert.Equal([[3UL]], replica.TakeStarts());
    }

    [Fact(DisplayName = "Semantics 27: One cancelled member does not fail the rest")]
    public void A_member_that_is_cancelled_while_the_batch_runs_fails_alone()
    {
        var replica = Batching(limit: 8, size: 3, waitMs: 0);
        var router = replica.Router();
        router.Sends("square", 1, 2, 3);
        router.Cancels(2);
        Assert.Equal([2UL], replica.TakeCancels());
        Assert.Empty(replica.Cancels.OfType<Batch>());

        replica.Ends(1);
        Assert.Equal([(1UL, ReplyStatus.Ok), (2UL, ReplyStatus.Ok), (3UL, ReplyStatus.Ok)], replica.TakeReplies());
    }

    [Fact]
    public void A_batchs_own_token_fires_when_nobody_waits_for_any_member()
    {
        var replica = Batching(limit: 8, size: 2, waitMs: 0);
        var router = replica.Router();
        router.Sends("square", 1, 2);
        router.Cancels(1);
        Assert.DoesNotContain(replica.Cancels, work => work is Batch);
        router.Cancels(2);
        Assert.Contains(replica.Cancels, work => work is Batch);

        replica.Throws(1, new OperationCanceledException());
        Assert.Equal([(1UL, ReplyStatus.Cancelled), (2UL, ReplyStatus.Cancelled)], replica.TakeReplies());
    }

    [Fact]
    public void A_batch_of_two_routers_answers_each_its_own()
    {
        var replica = Batching(limit: 8, size: 2, waitMs: 1_000);
        replica.Router("router-a").Sends("square", 1);
        replica.Router("router-b").Sends("square", 1);
        Assert.Equal([[1UL, 1]], replica.TakeStarts());
        replica.Ends(1);
        Assert.Equal(["replies-of-router-a", "replies-of-router-b"], replica.Said.Where(said => said.Route is not null).Select(said => said.Route!.Key));
    }

    private static ReplicaHarness Batching(int limit, int size, int waitMs) => new(limit, worker =>
    {
        var wait = TimeSpan.FromMilliseconds(waitMs);
        worker.HandleBatch<int, int>("square", (batch, _) => batch.Select(x => x * x), size, wait);
        worker.HandleBatch<int, int>("cube", (batch, _) => batch.Select(x => x * x * x), size, wait);
    });
}
