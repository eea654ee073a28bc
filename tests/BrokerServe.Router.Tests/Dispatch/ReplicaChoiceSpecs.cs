namespace BrokerServe.Router.Tests.Dispatch;

public sealed class ReplicaChoiceSpecs
{
    private readonly DispatchHarness _backend = new();

    [Fact(DisplayName = "Semantics 6: Replica choice among those with spare credit: ties in turn, so 9 sequential requests over 3 replicas go 3/3/3.")]
    public void Nine_sequential_requests_over_three_replicas_go_three_each()
    {
        TestReplica[] replicas = [_backend.Replica("r1"), _backend.Replica("r2"), _backend.Replica("r3")];

        for (var i = 0; i < 9; i++)
        {
            var name = $"request {i}";
            _backend.Caller.Sends(name);
            replicas[i % 3].Receives(name);
            replicas[i % 3].Replies(name);
        }
    }

    [Fact(DisplayName = "Semantics 6: Replica choice among those with spare credit: least in flight.")]
    public void The_replica_with_the_least_in_flight_gets_the_next()
    {
        var r1 = _backend.Replica("r1", limit: 4);
        _backend.Caller.Sends("a", "b");
        r1.Receives("a", "b");

        var r2 = _backend.Replica("r2", limit: 4);
        _backend.Caller.Sends("c", "d");
        r2.Receives("c", "d");

        // Now all have 2 in flight, and r2 has had them for less long.
        _backend.Caller.Sends("e", "f");
        r1.Receives("e");
        r2.Receives("f");
    }

    [Fact(DisplayName = "Semantics 6: A stuck replica never blocks the others.")]
    public void A_stuck_replica_never_blocks_the_others()
    {
        var stuck = _backend.Replica("stuck", limit: 1);
        var quick = _backend.Replica("quick", limit: 1);
        _backend.Caller.Sends("never", "a");
        stuck.Receives("never");
        quick.Receives("a");

        for (var i = 0; i < 100; i++)
        {
            quick.Replies(i == 0 ? "a" : $"next {i - 1}");
            _backend.Caller.Sends($"next {i}");
            quick.Receives($"next {i}");
        }

        stuck.ReceivesNothing();
    }

    [Fact]
    public void A_replica_with_room_for_more_is_preferred_only_by_what_it_holds()
    {
        var small = _backend.Replica("small", limit: 1);
        var large = _backend.Replica("large", limit: 100);

        _backend.Caller.Sends("a", "b", "c", "d");

        small.Receives("a");
        large.Receives("b", "c", "d");
    }
}
