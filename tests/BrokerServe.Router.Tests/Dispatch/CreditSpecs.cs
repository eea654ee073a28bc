using BrokerServe.Protocol;

namespace BrokerServe.Router.Tests.Dispatch;

public sealed class CreditSpecs
{
    private readonly DispatchHarness _backend = new();

    [Theory(DisplayName = "Semantics 7: A replica never holds more than its limit.")]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(100)]
    public void A_replica_never_holds_more_than_its_limit(int limit)
    {
        var r1 = _backend.Replica("r1", limit);
        string[] names = [.. Enumerable.Range(0, limit + 3).Select(i => $"request {i}")];

        _backend.Caller.Sends(names);

        r1.Receives(names[..limit]);
        Assert.Equal(3, _backend.Dispatcher.Queued);
        Assert.Equal(0, _backend.Dispatcher.Credit);
    }

    [Fact(DisplayName = "Semantics 7: A replica never holds more than its limit, whatever another has to spare.")]
    public void A_full_replica_is_left_alone_while_another_has_credit()
    {
        var small = _backend.Replica("small", limit: 2);
        var large = _backend.Replica("large", limit: 9);

        _backend.Caller.Sends("a", "b", "c", "d", "e", "f", "g");

        small.Receives("a", "c");
        large.Receives("b", "d", "e", "f", "g");
    }

    [Fact(DisplayName = "Semantics 7: A replica never holds more than its limit: one that was cut is reached by finishing, and nothing new goes before.")]
    public void A_limit_that_was_cut_is_reached_by_finishing()
    {
        var r1 = _backend.Replica("r1", limit: 3);
        _backend.Caller.Sends("a", "b", "c", "d");
        r1.Receives("a", "b", "c");

        r1.ChangesLimit(1);
        r1.Replies("a");
        r1.Replies("b");
        r1.ReceivesNothing();

        r1.Replies("c");
        r1.Receives("d");
    }

    [Fact]
    public void A_suspended_replica_gets_nothing_and_keeps_what_it_holds()
    {
        var r1 = _backend.Replica("r1", limit: 2);
        _backend.Caller.Sends("a");
        r1.Receives("a");

        r1.ChangesLimit(0);
        _backend.Caller.Sends("b");
        r1.Replies("a");
        _backend.Caller.Gets("a");
        r1.ReceivesNothing();

        r1.ChangesLimit(1);
        r1.Receives("b");
    }

    [Fact]
    public void Credit_returns_at_the_late_reply_and_not_at_the_deadline()
    {
        var r1 = _backend.Replica("r1", limit: 1);
        _backend.Caller.Sends("slow", timeoutMs: 100);
        _backend.Caller.Sends("next");
        r1.Receives("slow");

        _backend.Wait(200);
        _backend.Caller.GetsError("slow", ReplyStatus.DeadlineExceeded);
        r1.ReceivesNothing();
        Assert.Equal(1, _backend.Dispatcher.InFlight);
        Assert.Equal(0, _backend.Dispatcher.Credit);

        r1.Replies("slow", "too late");
        r1.Receives("next");
        Assert.Equal(1, _backend.Dispatcher.Counters.LateReplies);
    }

    [Theory(DisplayName = "Semantics 12: No credit leaks on any path.")]
    [InlineData("reply")]
    [InlineData("error")]
    [InlineData("deadline")]
    [InlineData("cancel")]
    [InlineData("refusal")]
    [InlineData("loss of another")]
    [InlineData("sync")]
    [InlineData("epoch")]
    [InlineData("endpoint removed")]
    [InlineData("backend removed")]
    public void Every_way_for_a_query_to_end_brings_its_credit_back(string ending)
    {
        var caller = _backend.Caller;
        var r1 = _backend.Replica("r1", limit: 1);
        var other = _backend.Replica("r2", limit: 1);
        caller.Sends("a", "b");
        r1.Receives("a");
        other.Receives("b");

        switch (ending)
        {
            case "reply":
                r1.Replies("a");
                break;
            case "error":
                r1.Replies("a", ReplyStatus.HandlerError);
                break;
            case "deadline":
                _backend.Wait(30_000);
                r1.Replies("a");
                break;
            case "cancel":
                caller.Cancels("a");
                r1.Replies("a", ReplyStatus.Cancelled);
                break;
            case "refusal":
                r1.Replies("a", ReplyStatus.Overloaded);
                _backend.Wait(64);
                r1.Receives("a");
                r1.Replies("a");
                break;
            case "loss of another":
                other.Dies();
                r1.Replies("a");
                r1.Receives("b");
                r1.Replies("b");
                other = _backend.Replica("r3", limit: 1);
                break;
            case "sync":
                _backend.LosesPublishing();
                r1.Lists(2, "a");
                other.Lists(2, "b");
                r1.Replies("a");
                break;
            case "epoch":
                _backend.LosesConsuming();
                _backend.ConsumesAgain();
                r1.Lists(2);
                other.Lists(2);
                break;
            case "endpoint removed":
                _backend.Event(d => d.RemoveEndpoint(TestCaller.IdOf("endpoint"), "endpoint"));
                r1.Replies("a");
                break;
            case "backend removed":
                _backend.Event(d => d.Remove());
                r1.Replies("a");
                break;
        }

        if (other.Holding.Any())
        {
            other.Replies("b");
        }

        Assert.Equal(0, _backend.Dispatcher.InFlight);
        Assert.Equal(2, _backend.Dispatcher.Credit);
        Assert.Equal(0, _backend.Slots.Open);
    }
}
