using BrokerServe.Protocol;
using BrokerServe.Worker.Tests.Harness;

namespace BrokerServe.Worker.Tests.Scheduling;

public sealed class DeadlineSpecs
{
    [Fact(DisplayName = "Semantics 16: the worker gets the time left and cancels its handler's token at zero")]
    public void The_token_fires_at_zero_and_the_answer_comes_when_the_handler_has_ended()
    {
        var replica = new ReplicaHarness();
        replica.Router().SendsFrame(new Query(1) { TimeLeftMs = 100 });
        replica.TakeStarts();

        replica.Passes(99);
        Assert.Empty(replica.TakeCancels());
        replica.Passes(1);
        Assert.Equal([1UL], replica.TakeCancels());
        Assert.Empty(replica.TakeReplies());
        Assert.Equal(1, replica.Scheduler.HeldCount);

        replica.Throws(1, new OperationCanceledException());
        Assert.Equal([(1UL, ReplyStatus.DeadlineExceeded)], replica.TakeReplies());
        Assert.Equal(0, replica.Scheduler.HeldCount);
    }

    [Fact(DisplayName = "Semantics 16: Expired work is dropped before dispatch: a query that expires in the line is answered and never started")]
    public void A_query_that_expires_in_line_never_starts()
    {
        var replica = new ReplicaHarness(limit: 2);
        var router = replica.Router();
        router.Configures(limit: 1);
        router.SendsFrame(new Query(1), new Query(2) { TimeLeftMs = 50 });
        replica.TakeStarts();

        replica.Passes(50);
        Assert.Equal([(2UL, ReplyStatus.DeadlineExceeded)], replica.TakeReplies());
        replica.Ends(1);
        Assert.Empty(replica.TakeStarts());
    }

    [Theory]
    [InlineData(0, 30_000)]
    [InlineData(30_000, 0)]
    [InlineData(30_000, -5)]
    public void A_query_without_time_left_by_either_clock_is_answered_and_not_started(long timeLeftMs, long deadlineInMs)
    {
        var replica = new ReplicaHarness();
        replica.Router().SendsFrame(new Query(1) { TimeLeftMs = timeLeftMs, DeadlineInMs = deadlineInMs });
        Assert.Equal([(1UL, ReplyStatus.DeadlineExceeded)], replica.TakeReplies());
        Assert.Empty(replica.TakeStarts());
    }

    [Theory]
    [InlineData(100, 30_000)]
    [InlineData(30_000, 100)]
    public void The_smaller_of_time_left_and_deadline_wins(long timeLeftMs, long deadlineInMs)
    {
        var replica = new ReplicaHarness();
        replica.Router().SendsFrame(new Query(1) { TimeLeftMs = timeLeftMs, DeadlineInMs = deadlineInMs });
        replica.Passes(99);
        Assert.Empty(replica.TakeCancels());
        replica.Passes(1);
        Assert.Equal([1UL], replica.TakeCancels());
    }

    [Fact]
    public void Time_left_counts_from_receipt_and_not_from_the_turn_that_takes_the_frame()
    {
        var replica = new ReplicaHarness();
        var received = replica.Now;
        var frame = Frames.Of("router-a", 1, 1, "key", received.UnixMs, new Query(1) { TimeLeftMs = 100 });
        replica.Passes(60);
        replica.Scheduler.TakeFrame(frame, received, replica.Now.Ms);
        replica.Turn();

        replica.Passes(39);
        Assert.Empty(replica.TakeCancels());
        replica.Passes(1);
        Assert.Equal([1UL], replica.TakeCancels());
    }

    [Fact]
    public void A_handler_that_ends_well_after_its_token_fired_still_gives_its_result()
    {
        var replica = new ReplicaHarness();
        replica.Router().SendsFrame(new Query(1) { TimeLeftMs = 10 });
        replica.Passes(10);
        replica.Ends(1);
        Assert.Equal([(1UL, ReplyStatus.Ok)], replica.TakeReplies());
    }

    [Fact]
    public void A_cancellation_that_nobody_asked_for_is_a_handler_error_like_any_other()
    {
        var replica = new ReplicaHarness();
        replica.Router().Sends(1);
        replica.Throws(1, new TaskCanceledException("The request timed out."));
        Assert.Equal(ReplyStatus.HandlerError, replica.LastError().Status);
    }
}
