using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Protocol.Commands;
using BrokerServe.Router.Configuration;
using BrokerServe.Router.Dispatch;

namespace BrokerServe.Router.Tests.Dispatch;

/// <summary>A connection that queries went over was lost: what was sent is of unknown fate until each replica says what it holds.</summary>
public sealed class SyncSpecs
{
    private readonly DispatchHarness _backend = new();

    [Fact]
    public void Slots_that_the_replica_does_not_list_are_superseded_and_spend_no_attempt()
    {
        var r1 = _backend.Replica("r1", limit: 3);
        _backend.Caller.Sends("a", "b", "c");
        r1.Receives("a", "b", "c");

        _backend.LosesPublishing();
        Assert.Equal(2u, r1.Receives<SyncCommand>().Incarnation);
        r1.Lists(2, "b");

        r1.Receives("a", "c");
        Assert.Equal(1, r1.AttemptOf("a"));
        r1.Replies("a");
        r1.Replies("b");
        r1.Replies("c");
        _backend.Caller.Gets("b", attempts: 1);
        _backend.Caller.Gets("a", attempts: 1);
    }

    [Fact]
    public void A_superseded_attempt_is_no_attempt_even_when_only_one_is_allowed()
    {
        var backend = new DispatchHarness(new BackendConfig { MaxAttempts = 1 });
        var r1 = backend.Replica("r1");
        backend.Caller.Sends("a");
        r1.Receives("a");

        backend.LosesPublishing();
        r1.Receives<SyncCommand>();
        r1.Lists(2);

        r1.Receives("a");
        r1.Replies("a");
        backend.Caller.Gets("a", attempts: 1);
    }

    [Fact]
    public void Slots_that_the_replica_lists_stay_and_are_answered_by_it()
    {
        var r1 = _backend.Replica("r1", limit: 1);
        _backend.Caller.Sends("a", "b");
        r1.Receives("a");

        _backend.LosesPublishing();
        r1.Receives<SyncCommand>();
        r1.Lists(2, "a");
        r1.ReceivesNothing();

        r1.Replies("a");
        _backend.Caller.Gets("a", attempts: 1);
        r1.Receives("b");
    }

    [Fact]
    public void A_superseded_ticket_is_dead_even_if_its_frame_arrives_after_all()
    {
        var r1 = _backend.Replica("r1", limit: 1);
        _backend.Caller.Sends("a");
        var lost = r1.TicketOf("a");
        r1.Receives("a");
        _backend.LosesPublishing();
        r1.Receives<SyncCommand>();
        r1.Lists(2);
        r1.Receives("a");

        r1.RepliesTo(lost, payload: "a worker that did not discard it");

        _backend.Caller.WaitsFor("a");
        r1.Replies("a", "right");
        _backend.Caller.Gets("a", "right");
    }

    [Fact]
    public void Nothing_new_goes_to_a_replica_before_its_answer()
    {
        var r1 = _backend.Replica("r1", limit: 4);
        _backend.LosesPublishing();
        r1.Receives<SyncCommand>();

        _backend.Caller.Sends("a");
        r1.ReceivesNothing();
        Assert.Equal(0, _backend.Dispatcher.Credit);

        r1.Lists(2);
        r1.Receives("a");
    }

    [Fact]
    public void A_replica_that_joins_after_the_loss_need_not_be_asked()
    {
        _backend.LosesPublishing();
        _backend.Caller.Sends("a");
        _backend.Replica("r1").Receives("a");
    }

    [Fact]
    public void An_answer_to_an_earlier_sync_is_ignored()
    {
        var r1 = _backend.Replica("r1", limit: 1);
        _backend.Caller.Sends("a");
        r1.Receives("a");
        _backend.LosesPublishing();
        _backend.LosesPublishing();
        r1.Receives<SyncCommand>();
        Assert.Equal(3u, r1.Receives<SyncCommand>().Incarnation);

        r1.Lists(2);
        Assert.Equal(1, _backend.Dispatcher.InFlight);
        r1.ReceivesNothing();

        r1.Lists(3, "a");
        Assert.Equal(1, _backend.Dispatcher.InFlight);
        r1.Replies("a");
        _backend.Caller.Gets("a");
    }

    [Fact]
    public void A_second_answer_to_the_same_sync_is_ignored()
    {
        var r1 = _backend.Replica("r1", limit: 1);
        _backend.LosesPublishing();
        r1.Receives<SyncCommand>();
        r1.Lists(2);
        _backend.Caller.Sends("a");
        r1.Receives("a");

        r1.Lists(2); // Asked twice, answered twice; the second was overtaken by the query.

        Assert.Equal(1, _backend.Dispatcher.InFlight);
        r1.Replies("a");
        _backend.Caller.Gets("a", attempts: 1);
    }

    [Fact]
    public void A_replica_cannot_list_the_slots_of_another_or_invent_some()
    {
        var r1 = _backend.Replica("r1", limit: 1);
        var r2 = _backend.Replica("r2", limit: 1);
        _backend.Caller.Sends("a", "b");
        _backend.LosesPublishing();
        r1.Receives("a");
        r2.Receives("b");
        r1.Receives<SyncCommand>();
        r2.Receives<SyncCommand>();

        r1.ListsTickets(2, r2.TicketOf("b"), new Ticket(77), new Ticket(0, 500, 1));
        r1.Receives("a");
        Assert.Equal(["b"], r2.Holding);
        r2.Lists(2);
        r2.Receives("b");
    }

    [Fact]
    public void A_sync_that_is_not_answered_is_repeated()
    {
        var r1 = _backend.Replica("r1");
        _backend.LosesPublishing();
        r1.Receives<SyncCommand>();
        Assert.True(_backend.Dispatcher.NeedsTicks);

        _backend.Wait(BackendDispatcher.SyncRepeatMs - DeadlineWheel.TickMs);
        r1.ReceivesNothing();
        _backend.Wait(2 * DeadlineWheel.TickMs);
        Assert.Equal(2u, r1.Receives<SyncCommand>().Incarnation);
        r1.ReceivesNothing();

        r1.Lists(2);
        _backend.Wait(2 * BackendDispatcher.SyncRepeatMs);
        r1.ReceivesNothing();
        Assert.False(_backend.Dispatcher.NeedsTicks);
    }

    [Fact]
    public void A_replica_that_dies_before_its_answer_gives_back_what_it_held()
    {
        var r1 = _backend.Replica("r1");
        _backend.Caller.Sends("a");
        _backend.LosesPublishing();
        r1.Dies();

        var r2 = _backend.Replica("r2");
        r2.Receives("a");
        _backend.Wait(2 * BackendDispatcher.SyncRepeatMs);
        r2.ReceivesNothing();
    }

    [Fact]
    public void A_reply_that_comes_before_the_answer_counts()
    {
        var r1 = _backend.Replica("r1", limit: 1);
        _backend.Caller.Sends("a", "b");
        r1.Receives("a");
        _backend.LosesPublishing();
        r1.Receives<SyncCommand>();

        r1.Replies("a");
        _backend.Caller.Gets("a");
        r1.ReceivesNothing();
        r1.Lists(2);
        r1.Receives("b");
    }

    [Fact]
    public void A_replica_that_drains_is_asked_too_and_goes_on_draining()
    {
        var r1 = _backend.Replica("r1", limit: 2);
        var r2 = _backend.Replica("r2", limit: 1);
        _backend.Caller.Sends("a");
        r1.Receives("a");
        r1.Drains();
        r1.Receives<FenceCommand>();

        _backend.LosesPublishing();
        r1.Receives<SyncCommand>();
        r1.Drains(); // Repeated while the answer is awaited: a fence again, for the last one may be lost.
        r1.Receives<FenceCommand>();
        r1.Lists(2);
        r1.ReceivesNothing();
        Assert.Equal(1, _backend.Dispatcher.Replicas);

        r2.Receives<SyncCommand>();
        r2.Lists(2);
        r2.Receives("a");
    }

    [Fact]
    public void A_replica_that_begins_to_drain_while_it_is_asked_serves_no_more()
    {
        var r1 = _backend.Replica("r1", limit: 2);
        _backend.LosesPublishing();
        r1.Receives<SyncCommand>();
        r1.Drains();
        r1.Receives<FenceCommand>();
        Assert.Equal(0, _backend.Dispatcher.Replicas);

        r1.Lists(2);
        _backend.Caller.Sends("a");
        r1.ReceivesNothing();
        r1.Dies();
        Assert.Equal(0, _backend.Dispatcher.Replicas);
    }

    [Fact]
    public void Settings_are_said_again_after_a_sync_for_the_last_word_may_be_lost()
    {
        var backend = new DispatchHarness(new BackendConfig { MaxBatchSize = 4 });
        var r1 = backend.Replica("r1");
        r1.Receives<ConfigureCommand>();
        backend.LosesPublishing();
        r1.Receives<SyncCommand>();
        r1.Receives<ConfigureCommand>();
    }

    [Fact]
    public void What_expired_meanwhile_is_vacated_without_a_second_answer()
    {
        var r1 = _backend.Replica("r1", limit: 1);
        _backend.Caller.Sends("a", timeoutMs: 100);
        r1.Receives("a");
        _backend.LosesPublishing();
        _backend.Wait(200);
        _backend.Caller.GetsError("a", ReplyStatus.DeadlineExceeded);

        r1.Receives<SyncCommand>();
        r1.Lists(2);
        _backend.Caller.Sends("b");
        r1.Receives("b");
    }

    [Fact]
    public void What_sync_gives_back_after_its_deadline_expires()
    {
        var r1 = _backend.Replica("r1", limit: 1);
        _backend.Caller.Sends("a", timeoutMs: 100);
        r1.Receives("a");
        _backend.LosesPublishing();
        r1.Receives<SyncCommand>();

        _backend.WaitUnnoticed(100);
        r1.Lists(2);

        _backend.Caller.GetsError("a", ReplyStatus.DeadlineExceeded);
        r1.ReceivesNothing();
    }

    [Fact]
    public void An_unlisted_query_that_may_run_once_only_is_of_unknown_outcome()
    {
        var r1 = _backend.Replica("r1");
        _backend.Caller.Sends("once", atMostOnce: true);
        r1.Receives("once");
        _backend.LosesPublishing();
        r1.Receives<SyncCommand>();

        r1.Lists(2);

        _backend.Caller.GetsError("once", ReplyStatus.OutcomeUnknown);
        r1.ReceivesNothing();
    }

    [Fact(DisplayName = "Sync: Plain replicas vacate at deadline + 5 s instead.")]
    public void A_plain_replica_cannot_be_asked_and_is_believed_busy_until_5_s_after_the_deadline()
    {
        var plain = _backend.Replica("plain", limit: 2, Dialect.Plain);
        _backend.Caller.Sends("a", timeoutMs: 10_000);
        _backend.Caller.Sends("b", timeoutMs: 10_000);
        plain.Receives("a", "b");

        _backend.LosesPublishing();
        plain.ReceivesNothing();
        _backend.Caller.Sends("c", timeoutMs: 60_000);
        plain.Replies("a");
        _backend.Caller.Gets("a");
        plain.Receives("c");

        _backend.Wait(10_016);
        _backend.Caller.GetsError("b", ReplyStatus.DeadlineExceeded);
        Assert.Equal(2, _backend.Dispatcher.InFlight);

        _backend.Wait(4_900);
        Assert.Equal(2, _backend.Dispatcher.InFlight);
        _backend.Wait(100);
        Assert.Equal(1, _backend.Dispatcher.InFlight);
        _backend.Caller.WaitsFor("c");
        _backend.Wait(60_000);
        Assert.Equal(1, _backend.Dispatcher.InFlight); // c was sent after the loss, and nothing is uncertain about it.
    }

    [Fact]
    public void A_plain_replica_keeps_the_deadline_of_a_query_whose_request_went_with_its_epoch()
    {
        var plain = _backend.Replica("plain", limit: 1, Dialect.Plain);
        _backend.Caller.Sends("a", timeoutMs: 30_000);
        plain.Receives("a");

        _backend.LosesConsuming();
        _backend.Caller.IsDropped("a");
        _backend.ConsumesAgain();
        _backend.Caller.Sends("a again", timeoutMs: 60_000);

        _backend.Wait(34_900); // The replica may work on it in good faith, and no query comes on top.
        plain.ReceivesNothing();
        _backend.Wait(200);
        plain.Receives("a again");
    }
}
