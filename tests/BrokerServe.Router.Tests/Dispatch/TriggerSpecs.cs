using BrokerServe.Router.Configuration;

namespace BrokerServe.Router.Tests.Dispatch;

/// <summary>"Semantics 8: What triggers dispatch": no test here lets time pass, so nothing but the event itself can be what dispatches.</summary>
public sealed class TriggerSpecs
{
    private readonly DispatchHarness _backend = new();

    [Fact(DisplayName = "Semantics 8: What triggers dispatch: a request. No polling, no back-off, ever.")]
    public void A_request_is_dispatched_as_it_arrives()
    {
        var r1 = _backend.Replica("r1");
        _backend.Caller.Sends("a");
        r1.Receives("a");
        Assert.True(_backend.Dispatcher.NeedsTicks, "A deadline needs the clock.");
        r1.Replies("a");
        Assert.False(_backend.Dispatcher.NeedsTicks, "Nothing waits for time when nothing is there.");
    }

    [Fact(DisplayName = "Semantics 8: What triggers dispatch: a reply.")]
    public void A_reply_dispatches_the_next()
    {
        var r1 = _backend.Replica("r1", limit: 1);
        _backend.Caller.Sends("a", "b");
        r1.Receives("a");
        r1.Replies("a");
        r1.Receives("b");
    }

    [Fact(DisplayName = "Semantics 8: What triggers dispatch: a replica joining.")]
    public void A_replica_that_joins_gets_what_waits()
    {
        _backend.Caller.Sends("a", "b", "c");
        _backend.Replica("r1", limit: 2).Receives("a", "b");
    }

    [Fact(DisplayName = "Semantics 8: What triggers dispatch: a limit change. Raising a limit dispatches at once.")]
    public void Raising_a_limit_dispatches_at_once()
    {
        var r1 = _backend.Replica("r1", limit: 1);
        _backend.Caller.Sends("a", "b", "c");
        r1.Receives("a");
        r1.ChangesLimit(3);
        r1.Receives("b", "c");
    }

    [Fact(DisplayName = "Semantics 8: What triggers dispatch: a policy change: what it leaves waiting is dispatched by what was there before it.")]
    public void A_change_of_settings_moves_held_requests_up()
    {
        var backend = new DispatchHarness(new BackendConfig { MaxQueuedQueries = 1 });
        var r1 = backend.Replica("r1", limit: 1);
        backend.Caller.Sends("a", "b", "c");
        Assert.Equal(1, backend.Dispatcher.Held);

        backend.Configure(config => config with { MaxQueuedQueries = 2 });

        Assert.Equal(0, backend.Dispatcher.Held);
        Assert.Equal(2, backend.Dispatcher.Queued);
        r1.Receives("a");
    }
}
