using BrokerServe.Protocol;

namespace BrokerServe.Router.Tests.Dispatch;

/// <summary>A replica that refuses a query has not run it, so another may.</summary>
public sealed class RefusalSpecs
{
    private readonly DispatchHarness _backend = new();

    [Theory]
    [InlineData(ReplyStatus.Overloaded)]
    [InlineData(ReplyStatus.ShuttingDown)]
    public void A_refused_query_is_tried_elsewhere_though_the_refuser_holds_least(ReplyStatus refusal)
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
        _backend.Caller.Gets("a", by: "r2", attempts: 2);
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
    public void With_no_other_replica_the_refuser_is_asked_again_up_to_the_attempts()
    {
        var r1 = _backend.Replica("r1", limit: 1);
        _backend.Caller.Sends("a");
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            r1.Receives("a");
            r1.Replies("a", ReplyStatus.Overloaded, "full");
        }

        _backend.Caller.GetsReplicaError("a", ReplyStatus.Overloaded, "full");
        r1.ReceivesNothing();
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
        r1.Receives("a");
    }
}
