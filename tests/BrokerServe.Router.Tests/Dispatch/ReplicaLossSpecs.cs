using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Router.Configuration;
using BrokerServe.Router.Dispatch;

namespace BrokerServe.Router.Tests.Dispatch;

public sealed class ReplicaLossSpecs
{
    private readonly DispatchHarness _backend = new();

    [Fact(DisplayName = "Semantics 12: Replica death with queries in flight: each is retried on another replica, at the head of the backlog, up to `max_attempts` (default 3)")]
    public void A_lost_replica_gives_its_queries_back_in_order_at_the_head()
    {
        var caller = _backend.Caller;
        var r1 = _backend.Replica("r1", limit: 3);
        caller.Sends("a", "b", "c", "d", "e");
        r1.Receives("a", "b", "c");

        r1.Dies();
        caller.WaitsFor("a", "b", "c", "d", "e");

        var r2 = _backend.Replica("r2", limit: 5);
        r2.Receives("a", "b", "c", "d", "e");
        Assert.Equal(2, r2.AttemptOf("a"));
        Assert.Equal(1, r2.AttemptOf("d"));
        r2.Replies("a");
        caller.Gets("a", by: "r2", attempts: 2);
        Assert.Equal(3, _backend.Dispatcher.Counters.Reoffered);
    }

    [Fact(DisplayName = "Semantics 12: Replica death with queries in flight: up to `max_attempts` (default 3), else `replica_lost`.")]
    public void The_third_replica_that_dies_with_a_request_is_its_last()
    {
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            var replica = _backend.Replica($"r{attempt}");
            if (attempt == 1)
            {
                _backend.Caller.Sends("a");
            }

            replica.Receives("a");
            Assert.Equal(attempt, replica.AttemptOf("a"));
            replica.Dies();
        }

        var error = _backend.Caller.GetsError("a", ReplyStatus.ReplicaLost);
        Assert.Equal("3", error.Detail!["attempts"]);
        Assert.False(error.Retryable, "The work may have run.");
    }

    [Fact]
    public void What_came_back_and_what_was_sent_after_it_has_spent_no_attempt()
    {
        var caller = _backend.Caller;
        var r1 = _backend.Replica("r1", limit: 4);
        caller.Sends("a", "b", "c", "d");

        r1.Dies(returned: "c");

        var r2 = _backend.Replica("r2", limit: 4);
        r2.Receives("a", "b", "c", "d");
        Assert.Equal([2, 2, 1, 1], ((string[])["a", "b", "c", "d"]).Select(r2.AttemptOf));
        Assert.Equal(["1 r1 0", "1 r1 0", null, null], ((string[])["a", "b", "c", "d"]).Select(name => caller.DeadCopyOf(name).History));
    }

    [Fact]
    public void Of_a_plain_replica_only_what_came_back_has_spent_no_attempt()
    {
        var caller = _backend.Caller;
        var plain = _backend.Replica("r1", limit: 3, Dialect.Plain);
        caller.Sends("a", "b", "c");

        plain.Dies(returned: "b");

        var r2 = _backend.Replica("r2", limit: 3);
        r2.Receives("a", "b", "c");
        Assert.Equal([2, 1, 2], ((string[])["a", "b", "c"]).Select(r2.AttemptOf));
    }

    [Fact]
    public void However_often_a_request_comes_back_from_queues_that_are_gone_it_is_tried_again()
    {
        _backend.Caller.Sends("a");
        for (var n = 1; n <= 10; n++)
        {
            var gone = _backend.Replica($"r{n}");
            Assert.Equal(1, gone.AttemptOf("a"));
            gone.Dies(returned: "a");
        }

        var last = _backend.Replica("last");
        last.Replies("a");
        _backend.Caller.Gets("a", by: "last", attempts: 1);
    }

    [Fact]
    public void What_came_back_of_an_earlier_life_says_nothing_of_this_one()
    {
        var r1 = _backend.Replica("r1", limit: 1);
        _backend.Caller.Sends("old", "a");
        var ticket = r1.TicketOf("old");
        r1.Replies("old");
        Assert.Equal(1, r1.AttemptOf("a"));

        r1.Dies(ticket);

        Assert.Equal(2, _backend.Replica("r2").AttemptOf("a"));
    }

    [Fact]
    public void A_request_that_is_delivered_at_most_once_is_not_tried_again_when_it_came_back()
    {
        var r1 = _backend.Replica("r1");
        _backend.Caller.Sends("a", atMostOnce: true);

        r1.Dies(returned: "a");

        _backend.Caller.GetsError("a", ReplyStatus.ReplicaLost);
    }

    [Fact]
    public void A_poison_request_leaves_a_copy_that_names_the_replicas_it_died_with()
    {
        var backend = new DispatchHarness(new BackendConfig { MaxAttempts = 2 });
        var r1 = backend.Replica("r1");
        backend.Caller.Sends("poison");
        r1.Dies();
        Assert.Equal((CopyState.None, "1 r1 0"), backend.Caller.DeadCopyOf("poison"));

        var r2 = backend.Replica("r2");
        r2.Receives("poison");
        r2.Dies();

        backend.Caller.GetsError("poison", ReplyStatus.ReplicaLost);
        Assert.Equal((CopyState.Due, "1 r1 0; 2 r2 0"), backend.Caller.DeadCopyOf("poison"));
    }

    [Fact]
    public void A_request_that_is_delivered_at_most_once_leaves_no_copy()
    {
        var r1 = _backend.Replica("r1");
        _backend.Caller.Sends("a", atMostOnce: true);
        r1.Receives("a");

        r1.Dies();

        _backend.Caller.GetsError("a", ReplyStatus.ReplicaLost);
        Assert.Equal(CopyState.None, _backend.Caller.DeadCopyOf("a").Copy);
    }

    [Fact(DisplayName = "Semantics 12: Replica death with queries in flight: up to `max_attempts` (1 = never retry), else `replica_lost`.")]
    public void With_one_attempt_nothing_is_retried()
    {
        var backend = new DispatchHarness(new BackendConfig { MaxAttempts = 1 });
        var r1 = backend.Replica("r1");
        var r2 = backend.Replica("r2");
        backend.Caller.Sends("a");

        r1.Dies();

        backend.Caller.GetsError("a", ReplyStatus.ReplicaLost);
        r2.ReceivesNothing();
    }

    [Fact]
    public void What_expired_while_its_replica_died_is_not_tried_again()
    {
        var r1 = _backend.Replica("r1");
        _backend.Caller.Sends("a", timeoutMs: 100);
        _backend.WaitUnnoticed(100);

        r1.Dies();

        _backend.Caller.GetsError("a", ReplyStatus.DeadlineExceeded);
        _backend.Replica("r2").ReceivesNothing();
    }

    [Fact]
    public void A_reply_of_a_lost_replica_touches_nothing()
    {
        var r1 = _backend.Replica("r1");
        _backend.Caller.Sends("a");
        var ticket = r1.TicketOf("a");
        r1.Dies();
        var r2 = _backend.Replica("r2");
        r2.Receives("a");

        r1.RepliesTo(ticket, payload: "from the grave");

        _backend.Caller.WaitsFor("a");
        r2.Replies("a", "from the living");
        _backend.Caller.Gets("a", "from the living", by: "r2");
    }

    [Fact]
    public void A_lost_replica_gives_back_only_what_nobody_answered_yet()
    {
        var r1 = _backend.Replica("r1", limit: 2);
        _backend.Caller.Sends("a");
        _backend.Caller.Sends("gone", timeoutMs: 10);
        _backend.Wait(32);
        _backend.Caller.GetsError("gone", ReplyStatus.DeadlineExceeded);

        r1.Dies();

        _backend.Replica("r2").Receives("a");
    }

    [Fact]
    public void A_replica_that_dies_in_the_turn_in_which_it_got_a_query_gives_it_back()
    {
        var r1 = _backend.Replica("r1", limit: 1);
        var r2 = _backend.Replica("r2", limit: 1);
        _backend.Turn(() =>
        {
            _backend.Caller.Sends("a");
            r1.Dies();
        });

        r2.Receives("a");
        r2.Replies("a");
        _backend.Caller.Gets("a", by: "r2", attempts: 2);
    }

    [Fact]
    public void A_replica_that_comes_back_under_its_name_starts_with_all_its_credit()
    {
        var r1 = _backend.Replica("r1", limit: 1);
        _backend.Caller.Sends("a");
        r1.Receives("a");
        r1.Dies();
        r1.Joins(1);
        r1.Receives("a");
    }

    [Fact]
    public void A_shadow_copy_and_an_at_most_once_request_are_never_retried()
    {
        var r1 = _backend.Replica("r1");
        _backend.Caller.IsCopied("copy");
        _backend.Caller.Sends("once", atMostOnce: true);
        r1.Receives("copy", "once");
        var r2 = _backend.Replica("r2");

        r1.Dies();

        _backend.Caller.IsDropped("copy");
        _backend.Caller.GetsError("once", ReplyStatus.ReplicaLost);
        r2.ReceivesNothing();
    }
}
