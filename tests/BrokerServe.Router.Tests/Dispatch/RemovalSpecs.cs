using BrokerServe.Protocol;
using BrokerServe.Router.Configuration;

namespace BrokerServe.Router.Tests.Dispatch;

public sealed class RemovalSpecs
{
    private readonly DispatchHarness _backend = new(new BackendConfig { MaxQueuedQueries = 2 });

    [Fact(DisplayName = "Semantics 10: Removing an endpoint by command: what waits is answered at once with `endpoint_removed`; what is in flight finishes.")]
    public void What_waits_at_a_removed_endpoint_is_answered_and_what_is_in_flight_finishes()
    {
        var caller = _backend.Caller;
        var r1 = _backend.Replica("r1", limit: 1);
        foreach (var name in (string[])["flies", "waits", "waits too", "held"])
        {
            caller.Sends(name, endpoint: "a");
        }

        caller.Sends("other", endpoint: "b");
        r1.Receives("flies");

        _backend.Event(dispatcher => dispatcher.RemoveEndpoint(TestCaller.IdOf("a"), "a"));

        Assert.Contains("'a'", caller.GetsError("waits", ReplyStatus.EndpointRemoved).Message, StringComparison.Ordinal);
        caller.GetsError("waits too", ReplyStatus.EndpointRemoved);
        caller.GetsError("held", ReplyStatus.EndpointRemoved);
        r1.Replies("flies");
        caller.Gets("flies");
        r1.Receives("other");
    }

    [Fact]
    public void What_is_lost_after_its_endpoint_was_removed_is_answered_so_and_not_given_back_to_a_queue_that_another_router_deletes()
    {
        var caller = _backend.Caller;
        var r1 = _backend.Replica("r1", limit: 2);
        caller.Sends("flies", endpoint: "a");
        caller.Sends("other", endpoint: "b");
        r1.Receives("flies", "other");
        _backend.Event(dispatcher =>
        {
            dispatcher.RemoveEndpoint(TestCaller.IdOf("a"), "a");
            dispatcher.RequeueEndpoint(TestCaller.IdOf("a")); // Its consumption ends after that.
        });

        r1.Dies();

        caller.GetsError("flies", ReplyStatus.EndpointRemoved);
        var r2 = _backend.Replica("r2", limit: 2);
        r2.Receives("other");
        caller.Sends("added again", endpoint: "a");
        r2.Receives("added again");
        r2.Replies("other");
        r2.Dies();
        _backend.Replica("r3").Receives("added again");
    }

    [Fact(DisplayName = "Semantics 10: a file that no longer names an endpoint only stops its consumption, and requeues")]
    public void What_waits_at_a_forgotten_endpoint_goes_back_to_the_broker()
    {
        var caller = _backend.Caller;
        var r1 = _backend.Replica("r1", limit: 1);
        foreach (var name in (string[])["flies", "waits", "waits too", "held"])
        {
            caller.Sends(name, endpoint: "a");
        }

        caller.Sends("other", endpoint: "b");
        r1.Receives("flies");

        _backend.Event(dispatcher => dispatcher.RequeueEndpoint(TestCaller.IdOf("a")));

        caller.IsRequeued("waits", "waits too", "held");
        caller.WaitsFor("flies", "other");
        r1.Replies("flies");
        caller.Gets("flies");
        r1.Receives("other");
    }

    [Fact]
    public void What_waits_at_a_backend_that_the_configuration_names_no_more_goes_back_to_the_broker_and_so_does_what_comes_late_or_is_lost()
    {
        var caller = _backend.Caller;
        var r1 = _backend.Replica("r1", limit: 2);
        foreach (var name in (string[])["flies", "is lost", "waits", "waits too", "held"])
        {
            caller.Sends(name, endpoint: "a");
        }

        _backend.Event(dispatcher => dispatcher.Forget());

        caller.IsRequeued("waits", "waits too", "held");
        caller.Sends("comes late", endpoint: "a");
        caller.IsRequeued("comes late");
        r1.Replies("flies");
        caller.Gets("flies");
        r1.Dies();
        caller.IsRequeued("is lost");
        Assert.True(_backend.Dispatcher.IsVacant);
    }

    [Fact]
    public void What_comes_back_from_a_replica_after_its_endpoint_was_given_up_goes_back_to_the_broker()
    {
        var caller = _backend.Caller;
        var r1 = _backend.Replica("r1", limit: 3);
        var r2 = _backend.Replica("r2", limit: 1);
        foreach (var name in (string[])["stopped", "lost", "full", "never came"])
        {
            caller.Sends(name, endpoint: "a");
        }

        _backend.Event(dispatcher => dispatcher.RequeueEndpoint(TestCaller.IdOf("a")));
        caller.WaitsFor("stopped", "lost", "full", "never came");
        string[] held = [.. r1.Holding];
        var other = r2.Holding.Single();
        r1.Replies(held[0], ReplyStatus.Overloaded);
        r1.Replies(held[1], ReplyStatus.ShuttingDown);
        r1.Dies();
        _backend.LosesPublishing();
        r2.Lists(2);

        caller.IsRequeued([.. held, other]);
        r2.Receives(other);
        Assert.Equal(0, _backend.Dispatcher.Queued);
    }

    [Fact]
    public void What_comes_with_a_later_consumption_of_the_endpoint_is_tried_again_here()
    {
        var caller = _backend.Caller;
        var r1 = _backend.Replica("r1", limit: 3);
        caller.Sends("of the first", endpoint: "a");
        _backend.Event(dispatcher => dispatcher.RequeueEndpoint(TestCaller.IdOf("a")));
        caller.Sends("of the second", endpoint: "a");
        caller.Sends("of another", endpoint: "b");

        r1.Dies();

        caller.IsRequeued("of the first");
        caller.WaitsFor("of the second", "of another");
        Assert.Equal(["of another", "of the second"], _backend.Replica("r2").Holding.Order());
    }

    [Fact]
    public void The_last_attempt_is_answered_though_the_endpoint_was_given_up()
    {
        var backend = new DispatchHarness(new BackendConfig { MaxAttempts = 1 });
        var r1 = backend.Replica("r1", limit: 1);
        backend.Caller.Sends("poison");
        backend.Event(dispatcher => dispatcher.RequeueEndpoint(TestCaller.IdOf("endpoint")));

        r1.Dies();

        backend.Caller.GetsError("poison", ReplyStatus.ReplicaLost);
    }

    [Fact(DisplayName = "Semantics 10: Removing a backend by command: what waits is answered at once with `backend_removed`; what is in flight finishes.")]
    public void What_waits_at_a_removed_backend_is_answered_and_what_is_in_flight_finishes()
    {
        var caller = _backend.Caller;
        var r1 = _backend.Replica("r1", limit: 1);
        caller.Sends("flies", "waits", "waits too", "held");
        caller.IsCopied("copy");
        r1.Receives("flies");

        _backend.Event(dispatcher => dispatcher.Remove());

        Assert.Contains("'backend'", caller.GetsError("waits", ReplyStatus.BackendRemoved).Message, StringComparison.Ordinal);
        caller.GetsError("waits too", ReplyStatus.BackendRemoved);
        caller.GetsError("held", ReplyStatus.BackendRemoved);
        caller.IsDropped("copy");
        caller.Sends("late");
        caller.GetsError("late", ReplyStatus.BackendRemoved);
        caller.IsCopied("late copy");
        caller.IsDropped("late copy");
        r1.Replies("flies");
        caller.Gets("flies");
        r1.ReceivesNothing();
    }

    [Fact]
    public void A_removed_backend_offers_nothing_again()
    {
        var caller = _backend.Caller;
        var r1 = _backend.Replica("r1", limit: 1);
        var r2 = _backend.Replica("r2", limit: 1);
        var r3 = _backend.Replica("r3", limit: 1);
        caller.Sends("dies", "never came", "refused");

        _backend.Event(dispatcher => dispatcher.Remove());
        r1.Dies();
        _backend.LosesPublishing();
        r2.Lists(2);
        r3.Lists(2, "refused");
        r3.Replies("refused", ReplyStatus.Overloaded, "full");

        caller.GetsError("dies", ReplyStatus.ReplicaLost);
        caller.GetsError("never came", ReplyStatus.BackendRemoved);
        caller.GetsReplicaError("refused", ReplyStatus.Overloaded, "full");
    }
}
