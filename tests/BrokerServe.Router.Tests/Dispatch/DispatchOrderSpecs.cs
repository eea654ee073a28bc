using BrokerServe.Protocol;
using BrokerServe.Router.Configuration;

namespace BrokerServe.Router.Tests.Dispatch;

public sealed class DispatchOrderSpecs
{
    private readonly DispatchHarness _backend = new();

    [Fact(DisplayName = "Semantics 1: Per router, endpoint, backend and priority, first attempts are dispatched in delivery order. Completion order is free.")]
    public void First_attempts_go_in_delivery_order_and_finish_in_any()
    {
        var caller = _backend.Caller;
        var r1 = _backend.Replica("r1", limit: 2);

        caller.Sends("a", "b", "c", "d");
        r1.Receives("a", "b");

        r1.Replies("b");
        caller.Gets("b");
        r1.Receives("c");

        r1.Replies("c");
        r1.Receives("d");

        r1.Replies("d");
        r1.Replies("a");
        Assert.Equal(["b", "c", "d", "a"], caller.Ended);
    }

    [Fact(DisplayName = "Semantics 1: Three stages: endpoint queue -> (traffic policy) -> backend backlog -> (credit) -> replica. Without credit a request stays in the backlog.")]
    public void A_request_waits_in_the_backlog_until_a_replica_has_credit()
    {
        var r1 = _backend.Replica("r1", limit: 1);

        _backend.Caller.Sends("a", "b");

        r1.Receives("a");
        Assert.Equal(1, _backend.Dispatcher.Queued);
        Assert.Equal(1, _backend.Dispatcher.InFlight);
    }

    [Fact(DisplayName = "Semantics 2: They wait in the broker, not in the router's memory, and still expire at their deadline; dispatched in order when the policy comes.")]
    public void An_endpoint_that_loses_its_policy_gives_what_waits_back_and_gets_it_again_in_order()
    {
        var caller = _backend.Caller;
        caller.Sends("a", "b", "c");

        _backend.Event(dispatcher => dispatcher.RequeueEndpoint(TestCaller.IdOf("endpoint")));

        caller.IsRequeued("a", "b", "c");
        Assert.Equal(0, _backend.Dispatcher.Queued);

        var r1 = _backend.Replica("r1");
        caller.Sends("a'", timeoutMs: 0); // It expired in the broker's queue.
        caller.Sends("b'", "c'");
        caller.GetsError("a'", ReplyStatus.DeadlineExceeded);
        r1.Receives("b'", "c'");
    }

    [Fact(DisplayName = "Semantics 4: A backend without replicas: its requests wait, FIFO, up to its bound, then no_backend; the first replica to join gets them.")]
    public void A_backend_without_replicas_keeps_requests_up_to_its_bound_for_the_first_that_joins()
    {
        var backend = new DispatchHarness(new BackendConfig { MaxQueuedQueries = 2 });
        var caller = backend.Caller;

        caller.Sends("a", "b", "c");

        caller.WaitsFor("a", "b");
        var error = caller.GetsError("c", ReplyStatus.NoBackend);
        Assert.True(error.Retryable);

        backend.Replica("r1").Receives("a", "b");
    }

    [Fact(DisplayName = "Semantics 4: A backend without replicas: no_backend (`when_no_replica: reject`: at once).")]
    public void A_backend_that_rejects_without_replicas_keeps_nothing()
    {
        var backend = new DispatchHarness(new BackendConfig { WhenNoReplica = WhenNoReplica.Reject });
        var caller = backend.Caller;

        caller.Sends("a");
        caller.GetsError("a", ReplyStatus.NoBackend);

        var r1 = backend.Replica("r1", limit: 1);
        caller.Sends("b", "c");
        r1.Receives("b");
        caller.WaitsFor("c");

        r1.Drains();
        caller.Sends("d");
        caller.GetsError("d", ReplyStatus.NoBackend);
    }

    [Fact(DisplayName = "Semantics 5: The backend is chosen when the router admits the request. A later policy change does not move what was already chosen, unless its backend is removed.")]
    public void What_was_admitted_to_a_backend_stays_there_until_it_is_removed()
    {
        var old = new DispatchHarness(name: "old");
        var next = new DispatchHarness(name: "next");
        var r1 = old.Replica("r1", limit: 1);
        var r2 = next.Replica("r2");

        old.Caller.Sends("a", "b", "c"); // Then the policy changes: all goes to the next one.
        next.Caller.Sends("d");

        r1.Receives("a");
        r2.Receives("d");
        r1.Replies("a");
        r1.Receives("b");
        r2.ReceivesNothing();

        old.Event(dispatcher => dispatcher.Remove());
        old.Caller.GetsError("c", ReplyStatus.BackendRemoved);
        r1.Replies("b");
        old.Caller.Gets("b");
    }
}
