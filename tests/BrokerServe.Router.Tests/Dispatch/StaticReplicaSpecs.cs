using BrokerServe.Protocol;
using BrokerServe.Router.Configuration;
using BrokerServe.Router.Dispatch;

namespace BrokerServe.Router.Tests.Dispatch;

/// <summary>Queues that the operator named: their servers say nothing of themselves, and do not answer everything.</summary>
public sealed class StaticReplicaSpecs
{
    private readonly DispatchHarness _backend = new();

    [Fact(DisplayName = "Static replicas cannot say anything: their slots vacate at deadline + 5 s.")]
    public void A_query_that_is_never_answered_holds_its_place_until_5_s_after_its_deadline()
    {
        var server = _backend.StaticReplica("server", limit: 1);
        _backend.Caller.Sends("a", timeoutMs: 1_000);
        _backend.Caller.Sends("b", timeoutMs: 60_000);
        server.Receives("a");

        _backend.Wait(1_016);
        _backend.Caller.GetsError("a", ReplyStatus.DeadlineExceeded);
        _backend.Wait(4_900);
        server.ReceivesNothing();

        _backend.Wait(BackendDispatcher.StaticLookMs + 100);
        server.Receives("b");
    }

    [Fact]
    public void An_answer_returns_the_place_at_once()
    {
        var server = _backend.StaticReplica("server", limit: 1);
        _backend.Caller.Sends("a", "b");
        server.Receives("a");

        server.Replies("a");
        _backend.Caller.Gets("a");
        server.Receives("b");
        server.Replies("b");

        Assert.False(_backend.Dispatcher.NeedsTicks);
    }

    [Fact]
    public void A_lost_connection_leaves_its_places_to_their_deadlines()
    {
        var server = _backend.StaticReplica("server", limit: 1);
        _backend.Caller.Sends("a", timeoutMs: 1_000);
        server.Receives("a");

        _backend.LosesPublishing();
        server.ReceivesNothing();
        server.Replies("a");

        _backend.Caller.Gets("a");
        _backend.Wait(10_000);
        Assert.Equal(0, _backend.Dispatcher.InFlight);
    }

    [Fact]
    public void Its_own_idea_of_shutting_down_takes_it_out_of_service_for_nobody()
    {
        var backend = new DispatchHarness(new BackendConfig { MaxAttempts = 1 });
        var server = backend.StaticReplica("server", limit: 1);
        backend.Caller.Sends("a", "b");
        server.Receives("a");

        server.Replies("a", ReplyStatus.ShuttingDown);

        server.Receives("b");
    }

    [Fact]
    public void One_that_the_operator_takes_away_finishes_what_it_holds_and_gets_nothing_new()
    {
        var server = _backend.StaticReplica("server", limit: 2);
        _backend.Caller.Sends("a", timeoutMs: 1_000);
        server.Receives("a");

        server.Leaves();
        _backend.Caller.Sends("b");
        server.ReceivesNothing();

        server.Replies("a");
        _backend.Caller.Gets("a");
        Assert.Equal(0, _backend.Dispatcher.Replicas);
    }

    [Fact]
    public void One_that_is_named_again_before_it_has_finished_is_the_same_replica_with_the_same_places()
    {
        var server = _backend.StaticReplica("server", limit: 1);
        _backend.Caller.Sends("a", "b");
        server.Receives("a");
        server.Leaves();
        Assert.Equal(0, _backend.Dispatcher.Replicas);

        server.Joins(limit: 1);

        Assert.Equal(1, _backend.Dispatcher.Replicas);
        server.ReceivesNothing();
        server.Replies("a");
        server.Receives("b");
    }
}
