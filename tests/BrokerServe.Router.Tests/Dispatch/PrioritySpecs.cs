using BrokerServe.Router.Configuration;

namespace BrokerServe.Router.Tests.Dispatch;

public sealed class PrioritySpecs
{
    private readonly DispatchHarness _backend = new();

    [Fact(DisplayName = "Semantics 14: Priority: requests carry 0-9; the router's backlog serves higher first within a backend")]
    public void Higher_priorities_go_first_and_equal_ones_in_order()
    {
        var caller = _backend.Caller;
        for (var priority = 0; priority <= 9; priority++)
        {
            caller.Sends($"p{priority} first", priority: priority);
            caller.Sends($"p{priority} second", priority: priority);
        }

        var r1 = _backend.Replica("r1", limit: 15);
        r1.Receives([.. Enumerable.Range(2, 8).Reverse().SelectMany(p => (string[])[$"p{p} first", $"p{p} second"]).Take(15)]);
    }

    [Fact(DisplayName = "Semantics 14: Priority: with no starvation: every 16th dispatch takes its oldest.")]
    public void Every_16th_dispatch_takes_the_oldest()
    {
        var caller = _backend.Caller;
        caller.Sends("oldest", priority: 0);
        caller.Sends("old", priority: 3);
        for (var i = 1; i <= 40; i++)
        {
            caller.Sends($"urgent {i}", priority: 9);
        }

        var urgent = Enumerable.Range(1, 40).Select(i => $"urgent {i}").ToArray();
        var r1 = _backend.Replica("r1", limit: 33);
        r1.Receives([.. urgent[..15], "oldest", .. urgent[15..30], "old", urgent[30]]);
    }

    [Fact(DisplayName = "Semantics 14: it reorders only what the router holds: a held request passes nobody, whatever its priority.")]
    public void A_held_request_does_not_pass_what_is_in_the_backlog_before_it_is_in_it()
    {
        var backend = new DispatchHarness(new BackendConfig { MaxQueuedQueries = 2 });
        var r1 = backend.Replica("r1", limit: 1);
        backend.Caller.Sends("flies", "a", "b");
        backend.Caller.Sends("held low", priority: 0);
        backend.Caller.Sends("held urgent", priority: 9);
        r1.Receives("flies");

        r1.Replies("flies");
        r1.Receives("a"); // Makes room for "held low".
        r1.Replies("a");
        r1.Receives("b"); // Makes room for "held urgent", which now is first.
        r1.Replies("b");
        r1.Receives("held urgent");
    }

    [Fact]
    public void A_retried_request_goes_before_all_others_of_its_priority_and_not_before_higher_ones()
    {
        var r1 = _backend.Replica("r1", limit: 1);
        _backend.Caller.Sends("low lost", priority: 1);
        _backend.Caller.Sends("low", priority: 1);
        _backend.Caller.Sends("high", priority: 2);

        r1.Dies();

        _backend.Replica("r2").Receives("high", "low lost", "low");
    }

    [Fact(DisplayName = "Semantics 15: Endpoints that share a backend take turns.")]
    public void Endpoints_that_share_a_backend_take_turns()
    {
        var caller = _backend.Caller;
        for (var i = 1; i <= 3; i++)
        {
            caller.Sends($"a{i}", endpoint: "a");
        }

        for (var i = 1; i <= 3; i++)
        {
            caller.Sends($"b{i}", endpoint: "b", priority: 9); // Priorities count within an endpoint, not between them.
        }

        caller.Sends("c1", endpoint: "c");

        _backend.Replica("r1").Receives("a1", "b1", "c1", "a2", "b2", "a3", "b3");
    }

    [Fact(DisplayName = "Semantics 15: Endpoints that share a backend take turns: counted per request, also when one of them is always the only one to wait.")]
    public void An_endpoint_that_comes_late_gets_its_turn_next()
    {
        var caller = _backend.Caller;
        var r1 = _backend.Replica("r1", limit: 1);
        caller.Sends("a1", endpoint: "a");
        caller.Sends("a2", endpoint: "a");
        caller.Sends("a3", endpoint: "a");
        caller.Sends("b1", endpoint: "b");
        r1.Receives("a1");

        r1.Replies("a1");
        r1.Receives("a2");
        r1.Replies("a2");
        r1.Receives("b1");
        r1.Replies("b1");
        r1.Receives("a3");
    }

    [Fact]
    public void Every_endpoint_counts_its_own_16_dispatches()
    {
        var caller = _backend.Caller;
        foreach (var endpoint in (string[])["a", "b"])
        {
            caller.Sends($"{endpoint} oldest", endpoint, priority: 0);
            for (var i = 1; i <= 16; i++)
            {
                caller.Sends($"{endpoint}{i}", endpoint, priority: 9);
            }
        }

        var r1 = _backend.Replica("r1", limit: 32);
        string[] inTurn = [.. Enumerable.Range(1, 15).SelectMany(i => (string[])[$"a{i}", $"b{i}"])];
        r1.Receives([.. inTurn, "a oldest", "b oldest"]);
    }
}
