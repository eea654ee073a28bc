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
