using System.Globalization;
using BrokerServe.Protocol;
using BrokerServe.Router.Configuration;

namespace BrokerServe.Router.Tests.Dispatch;

public sealed class BacklogBoundSpecs
{
    [Theory(DisplayName = "Semantics 15: Backlog bound per router and (endpoint, backend), `max_queued_queries`, exact; beyond it `when_full` decides: `reject` = `overloaded` at once")]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1_000)]
    public void The_bound_is_exact(int bound)
    {
        var backend = new DispatchHarness(new BackendConfig { MaxQueuedQueries = bound, WhenFull = WhenFull.Reject });
        var caller = backend.Caller;
        var r1 = backend.Replica("r1", limit: 2);
        string[] names = [.. Enumerable.Range(1, bound + 2).Select(i => $"request {i}")];

        backend.Turn(() => caller.Sends(names));
        Assert.Equal(bound, backend.Dispatcher.Queued);
        caller.WaitsFor(names);

        caller.Sends("one too many");
        caller.GetsError("one too many", ReplyStatus.Overloaded);
        caller.Sends("of another endpoint", endpoint: "b");
        if (bound > 0)
        {
            caller.WaitsFor("of another endpoint"); // Each endpoint has a bound of its own.
        }

        r1.Receives(names[..2]);
        r1.Replies(names[0]);
        r1.Receives(names.Length > 2 ? [names[2]] : []);
        caller.Sends("fits now");
        caller.WaitsFor("fits now");
    }

    [Fact(DisplayName = "Semantics 15: Backlog bound, exact: what a replica takes at once is not counted.")]
    public void A_request_that_a_replica_takes_at_once_needs_no_place()
    {
        var backend = new DispatchHarness(new BackendConfig { MaxQueuedQueries = 1, WhenFull = WhenFull.Reject });
        var r1 = backend.Replica("r1", limit: 3);
        backend.Caller.Sends("a", "b", "c");
        r1.Receives("a", "b", "c");
    }

    [Fact(DisplayName = "Semantics 15: `wait` = the backlog stays in the broker. Held requests go in delivery order.")]
    public void Beyond_the_bound_requests_are_held_in_order()
    {
        var backend = new DispatchHarness(new BackendConfig { MaxQueuedQueries = 2 });
        var r1 = backend.Replica("r1", limit: 1);
        backend.Caller.Sends("a", "b", "c", "d", "e", "f");
        Assert.Equal(2, backend.Dispatcher.Queued);
        Assert.Equal(3, backend.Dispatcher.Held);

        foreach (var name in (string[])["a", "b", "c", "d", "e"])
        {
            r1.Receives(name);
            r1.Replies(name);
        }

        r1.Receives("f");
        Assert.Equal(0, backend.Dispatcher.Held);
    }

    [Fact]
    public void One_endpoint_that_is_full_holds_up_no_other()
    {
        var backend = new DispatchHarness(new BackendConfig { MaxQueuedQueries = 1 });
        var r1 = backend.Replica("r1", limit: 1);
        foreach (var name in (string[])["a1", "a2", "a3", "a4"])
        {
            backend.Caller.Sends(name, endpoint: "a");
        }

        backend.Caller.Sends("b1", endpoint: "b");
        r1.Receives("a1");
        r1.Replies("a1");
        r1.Receives("a2");
        r1.Replies("a2");
        r1.Receives("b1");
        r1.Replies("b1");
        r1.Receives("a3");
    }

    [Fact]
    public void A_held_request_can_expire_and_be_cancelled_where_it_stands()
    {
        var backend = new DispatchHarness(new BackendConfig { MaxQueuedQueries = 1 });
        var r1 = backend.Replica("r1", limit: 1);
        backend.Caller.Sends("a", "b");
        backend.Caller.Sends("expires", timeoutMs: 100);
        backend.Caller.Sends("cancelled", "last");
        r1.Receives("a");

        Assert.True(backend.Caller.Cancels("cancelled"));
        backend.Wait(128);

        backend.Caller.GetsError("expires", ReplyStatus.DeadlineExceeded);
        backend.Caller.GetsError("cancelled", ReplyStatus.Cancelled);
        r1.Replies("a");
        r1.Receives("b");
        r1.Replies("b");
        r1.Receives("last");
    }

    [Fact]
    public void A_retried_request_is_never_refused_for_want_of_room()
    {
        var backend = new DispatchHarness(new BackendConfig { MaxQueuedQueries = 1, WhenFull = WhenFull.Reject });
        var r1 = backend.Replica("r1", limit: 2);
        var r2 = backend.Replica("r2", limit: 1);
        backend.Caller.Sends("a", "b", "c", "waits");
        r1.Receives("a", "c");
        r2.Receives("b");

        r1.Dies();

        backend.Caller.WaitsFor("a", "c", "waits");
        Assert.Equal(3, backend.Dispatcher.Queued);
        r2.Replies("b");
        r2.Receives("a");
    }

    [Fact(DisplayName = "Semantics 15: `overloaded` at once with a retry-after computed from the drain rate")]
    public void Retry_after_is_how_long_the_backlog_takes_at_the_rate_of_late()
    {
        var backend = new DispatchHarness(new BackendConfig { MaxQueuedQueries = 50, WhenFull = WhenFull.Reject });
        var r1 = backend.Replica("r1", limit: 1);
        var caller = backend.Caller;
        var next = 0;
        while (backend.Dispatcher.Queued < 50)
        {
            caller.Sends($"request {next++}");
        }

        // Ten replies a second for ten seconds.
        for (var answered = 0; answered < 100; answered++)
        {
            backend.WaitUnnoticed(100);
            r1.Replies($"request {answered}");
            caller.Sends($"request {next++}");
        }

        caller.Sends("refused");
        var detail = caller.GetsError("refused", ReplyStatus.Overloaded).Detail!;
        var retryAfterMs = long.Parse(detail["retry_after_ms"], CultureInfo.InvariantCulture);
        Assert.InRange(retryAfterMs, 4_500, 5_500);
    }

    [Fact]
    public void Without_a_rate_the_retry_is_due_in_a_second()
    {
        var backend = new DispatchHarness(new BackendConfig { MaxQueuedQueries = 1, WhenFull = WhenFull.Reject });
        backend.Replica("r1", limit: 0);
        backend.Caller.Sends("a", "b");
        Assert.Equal("1000", backend.Caller.GetsError("b", ReplyStatus.Overloaded).Detail!["retry_after_ms"]);
    }
}
