using BrokerServe.Protocol;
using BrokerServe.Protocol.Commands;
using BrokerServe.Router.Configuration;

namespace BrokerServe.Router.Tests.Dispatch;

/// <summary>The connection on which requests are delivered was lost: the broker delivers again what was not settled.</summary>
public sealed class EpochSpecs
{
    private readonly DispatchHarness _backend = new(new BackendConfig { MaxQueuedQueries = 1 });

    [Fact(DisplayName = "Semantics 13: waiting and in-flight requests are redelivered by the broker")]
    public void What_waits_and_what_is_in_flight_is_left_to_the_broker_to_deliver_again()
    {
        var caller = _backend.Caller;
        var r1 = _backend.Replica("r1", limit: 1);
        caller.Sends("flies", "waits", "held");
        r1.Receives("flies");

        _backend.LosesConsuming();
        caller.IsDropped("flies", "waits", "held");
        Assert.Equal(1, _backend.Dispatcher.InFlight); // The replica still works on it.

        _backend.ConsumesAgain();
        Assert.Equal(2u, r1.Receives<SyncCommand>().Epoch);
        caller.Sends("flies again", "waits again");
        r1.ReceivesNothing();
        r1.Lists(2, "flies"); // It was told to cancel it, and answers when its handler has ended.
        r1.ReceivesNothing();
        r1.Replies("flies", ReplyStatus.Cancelled);
        r1.Receives("flies again");
        r1.Replies("flies again");
        caller.Gets("flies again");
        r1.Receives("waits again");
    }

    [Fact(DisplayName = "Semantics 13: Restored state never shrinks the live set out of ignorance.")]
    public void Replicas_outlive_the_epoch()
    {
        _backend.Replica("r1");
        _backend.Replica("r2");

        _backend.LosesConsuming();
        Assert.Equal(2, _backend.Dispatcher.Replicas);
        _backend.ConsumesAgain();
        Assert.Equal(2, _backend.Dispatcher.Replicas);
    }

    [Fact]
    public void The_end_of_an_epoch_touches_only_what_is_of_it_or_before()
    {
        var caller = _backend.Caller;
        var r1 = _backend.Replica("r1", limit: 2);
        caller.Sends("old", epoch: 1);
        caller.Sends("new", epoch: 2);
        r1.Receives("old", "new");
        caller.Sends("old waits", epoch: 1);
        caller.Sends("new held", epoch: 2);
        Assert.Equal(1, _backend.Dispatcher.Held);

        _backend.LosesConsuming(); // Epoch 1: its news comes late.

        caller.IsDropped("old", "old waits");
        caller.WaitsFor("new", "new held");
        Assert.Equal(0, _backend.Dispatcher.Held);
        Assert.Equal(1, _backend.Dispatcher.Queued);
        r1.Replies("new");
        caller.Gets("new");
        r1.Receives("new held");
    }

    [Fact]
    public void Late_mail_of_an_ended_epoch_is_dropped()
    {
        var r1 = _backend.Replica("r1");
        _backend.LosesConsuming();
        _backend.Caller.Sends("late", epoch: 1);

        _backend.Caller.IsDropped("late");
        r1.ReceivesNothing();
    }

    [Fact]
    public void The_end_of_an_earlier_epoch_does_not_bring_an_ended_one_back()
    {
        _backend.Event(dispatcher => dispatcher.EndEpoch(5));
        _backend.Event(dispatcher => dispatcher.EndEpoch(3));
        _backend.Caller.Sends("late", epoch: 5);
        _backend.Caller.IsDropped("late");
    }

    [Fact]
    public void An_at_most_once_request_in_flight_is_of_unknown_outcome_and_one_that_waits_comes_again()
    {
        var r1 = _backend.Replica("r1", limit: 1);
        _backend.Caller.Sends("flies", atMostOnce: true);
        _backend.Caller.Sends("waits", atMostOnce: true);
        r1.Receives("flies");

        _backend.LosesConsuming();

        _backend.Caller.GetsError("flies", ReplyStatus.OutcomeUnknown);
        _backend.Caller.IsDropped("waits");
    }

    [Fact]
    public void A_reply_of_an_ended_epoch_returns_the_credit_and_answers_nobody()
    {
        var r1 = _backend.Replica("r1", limit: 1);
        _backend.Caller.Sends("a");
        r1.Receives("a");
        _backend.LosesConsuming();

        r1.Replies("a");

        _backend.Caller.IsDropped("a");
        Assert.Equal(0, _backend.Dispatcher.InFlight);
    }

    [Fact]
    public void Shadow_copies_belong_to_no_epoch()
    {
        var r1 = _backend.Replica("r1", limit: 1);
        _backend.Caller.IsCopied("copy");
        _backend.Caller.IsCopied("waits");
        r1.Receives("copy");
        _backend.LosesConsuming();
        _backend.ConsumesAgain();
        r1.Receives<SyncCommand>();

        r1.Lists(2, "copy");
        r1.Replies("copy");
        _backend.Caller.IsDropped("copy");
        r1.Receives("waits");
    }
}
