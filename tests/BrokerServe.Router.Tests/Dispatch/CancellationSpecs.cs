using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Protocol.Commands;

namespace BrokerServe.Router.Tests.Dispatch;

public sealed class CancellationSpecs
{
    private readonly DispatchHarness _backend = new();

    [Fact(DisplayName = "Semantics 17: Cancellation: a producer that gives up can say so; queued work is dropped")]
    public void Queued_work_that_is_cancelled_troubles_no_replica()
    {
        var r1 = _backend.Replica("r1", limit: 1);
        _backend.Caller.Sends("a", "given up", "b");
        r1.Receives("a");

        Assert.True(_backend.Caller.Cancels("given up"));

        _backend.Caller.GetsError("given up", ReplyStatus.Cancelled);
        r1.Replies("a");
        r1.Receives("b");
    }

    [Fact(DisplayName = "Semantics 17: a running handler's token is cancelled, the credit returns when the worker says so")]
    public void A_running_handler_is_told_and_holds_its_credit_until_it_answers()
    {
        var r1 = _backend.Replica("r1", limit: 1);
        _backend.Caller.Sends("given up", "b");
        r1.Receives("given up");

        Assert.True(_backend.Caller.Cancels("given up"));

        _backend.Caller.GetsError("given up", ReplyStatus.Cancelled);
        Assert.Equal([r1.TicketOf("given up")], r1.Receives<CancelCommand>().Tickets);
        r1.ReceivesNothing();
        r1.Replies("given up", ReplyStatus.Cancelled);
        r1.Receives("b");
    }

    [Fact]
    public void A_cancellation_comes_after_the_query_that_was_decided_in_the_same_turn()
    {
        var r1 = _backend.Replica("r1");
        _backend.Turn(() =>
        {
            _backend.Caller.Sends("a");
            _backend.Caller.Cancels("a");
        });

        r1.Receives("a");
        r1.Receives<CancelCommand>();
        _backend.Caller.GetsError("a", ReplyStatus.Cancelled);
    }

    [Fact]
    public void A_plain_replica_cannot_be_told_and_finishes()
    {
        var plain = _backend.Replica("plain", limit: 1, Dialect.Plain);
        _backend.Caller.Sends("a", "b");
        plain.Receives("a");

        _backend.Caller.Cancels("a");
        plain.ReceivesNothing();
        plain.Replies("a");
        plain.Receives("b");
    }

    [Fact]
    public void Only_what_is_there_can_be_cancelled_and_only_once()
    {
        var r1 = _backend.Replica("r1");
        Assert.False(_backend.Dispatcher.Cancel(TestCaller.ReplyTo, "never sent"));

        _backend.Caller.Sends("a", "b");
        Assert.True(_backend.Caller.Cancels("a"));
        Assert.False(_backend.Caller.Cancels("a"));
        r1.Replies("b");
        Assert.False(_backend.Caller.Cancels("b"));
        _backend.Caller.Gets("b");
        var found = true;
        _backend.Caller.Sends("c");
        _backend.Event(dispatcher => found = dispatcher.Cancel("replies.of.another", "c"));
        Assert.False(found, "The id of one producer cancelled the request of another.");
    }

    [Fact]
    public void A_retried_request_can_still_be_cancelled()
    {
        var r1 = _backend.Replica("r1");
        _backend.Caller.Sends("a");
        r1.Dies();

        Assert.True(_backend.Caller.Cancels("a"));
        _backend.Caller.GetsError("a", ReplyStatus.Cancelled);
        _backend.Replica("r2").ReceivesNothing();
    }

    [Fact]
    public void A_cancelled_request_whose_replica_dies_is_not_tried_again()
    {
        var r1 = _backend.Replica("r1");
        _backend.Caller.Sends("a");
        _backend.Caller.Cancels("a");
        r1.Dies();
        _backend.Replica("r2").ReceivesNothing();
    }
}
