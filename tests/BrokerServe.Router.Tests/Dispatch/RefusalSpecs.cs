using BrokerServe.Protocol;
using BrokerServe.Router.Configuration;

namespace BrokerServe.Router.Tests.Dispatch;

/// <summary>A replica that refuses a query has not run it, so another may.</summary>
public sealed class RefusalSpecs
{
    private readonly DispatchHarness _backend = new();

    [Theory]
    [InlineData(ReplyStatus.Overloaded, 1)]
    [InlineData(ReplyStatus.ShuttingDown, 2)]
    public void A_refused_query_is_tried_elsewhere_though_the_refuser_holds_least(ReplyStatus refusal, int attempts)
    {
        var r2 = _backend.Replica("r2", limit: 4);
        _backend.Caller.Sends("x", "y");
        r2.Receives("x", "y");
        var r1 = _backend.Replica("r1", limit: 4);
        _backend.Caller.Sends("a");
        r1.Receives("a");

        r1.Replies("a", refusal);

        r2.Receives("a");
        r1.ReceivesNothing();
        r2.Replies("a");
        _backend.Caller.Gets("a", by: "r2", attempts: attempts);
    }

    [Fact]
    public void A_replica_that_says_that_it_is_shutting_down_gets_nothing_new()
    {
        var r1 = _backend.Replica("r1", limit: 2);
        _backend.Caller.Sends("a", "b");
        r1.Receives("a", "b");

        r1.Replies("a", ReplyStatus.ShuttingDown);

        r1.ReceivesNothing();
        Assert.Equal(0, _backend.Dispatcher.Replicas);
        _backend.Caller.WaitsFor("a", "b");
        r1.Replies("b"); // What it holds finishes.
        _backend.Caller.Gets("b");
        _backend.Replica("r2").Receives("a");
    }

    [Fact]
    public void A_replica_that_has_too_much_is_asked_again_after_a_while_and_no_attempt_is_spent()
    {
        var backend = new DispatchHarness(new BackendConfig { MaxAttempts = 1 });
        var r1 = backend.Replica("r1", limit: 1);
        backend.Caller.Sends("a");
        for (var time = 1; time <= 10; time++)
        {
            r1.Receives("a");
            Assert.Equal(1, r1.AttemptOf("a"));
            r1.Replies("a", ReplyStatus.Overloaded, "full");
            backend.Wait(48);
            r1.ReceivesNothing();
            Assert.True(backend.Dispatcher.NeedsTicks);
            backend.Wait(16);
        }

        r1.Receives("a");
        r1.Replies("a");
        backend.Caller.Gets("a", attempts: 1);
        backend.Wait(64);
        Assert.False(backend.Dispatcher.NeedsTicks);
    }

    [Fact]
    public void A_replica_that_has_too_much_is_asked_again_with_its_next_other_reply()
    {
        var r1 = _backend.Replica("r1", limit: 3);
        _backend.Caller.Sends("a", "b", "c");
        r1.Receives("a", "b", "c");

        r1.Replies("c", ReplyStatus.Overloaded);
        _backend.Caller.Sends("d");
        r1.ReceivesNothing();
        r1.Replies("a");

        r1.Receives("c", "d");
    }

    [Fact]
    public void A_replica_that_has_too_much_gets_nothing_of_what_waits_until_then()
    {
        var r1 = _backend.Replica("r1", limit: 2);
        _backend.Caller.Sends("a", "b", "c");
        r1.Receives("a", "b");

        r1.Replies("a", ReplyStatus.Overloaded);
        r1.Replies("b", ReplyStatus.Overloaded);

        r1.ReceivesNothing();
        Assert.Equal((3, 0, 1), (_backend.Dispatcher.Queued, _backend.Dispatcher.Credit, _backend.Dispatcher.Replicas));
    }

    [Fact]
    public void Refusals_go_on_to_the_deadline_and_not_beyond()
    {
        var r1 = _backend.Replica("r1", limit: 1);
        _backend.Caller.Sends("a", timeoutMs: 160);
        r1.Receives("a");
        r1.Replies("a", ReplyStatus.Overloaded);
        _backend.Wait(64);
        r1.Receives("a");
        _backend.WaitUnnoticed(96);

        r1.Replies("a", ReplyStatus.Overloaded, "full");

        _backend.Caller.GetsReplicaError("a", ReplyStatus.Overloaded, "full");
        Assert.Equal(0, _backend.Dispatcher.InFlight);
    }

    [Fact]
    public void A_refusal_of_what_may_run_once_only_is_the_answer()
    {
        _backend.Replica("r2", limit: 4);
        var r1 = _backend.Replica("r1", limit: 4);
        _backend.Caller.Sends("x");
        _backend.Caller.Sends("once", atMostOnce: true);
        r1.Receives("once");

        r1.Replies("once", ReplyStatus.Overloaded, "full");

        _backend.Caller.GetsReplicaError("once", ReplyStatus.Overloaded, "full");
    }

    [Fact]
    public void A_refused_request_goes_to_the_head_of_the_backlog()
    {
        var r1 = _backend.Replica("r1", limit: 1);
        _backend.Caller.Sends("a", "b");
        r1.Receives("a");
        r1.Replies("a", ReplyStatus.Overloaded);
        _backend.Wait(64);
        r1.Receives("a");
    }
}
