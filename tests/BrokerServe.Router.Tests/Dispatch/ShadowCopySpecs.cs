using BrokerServe.Protocol;
using BrokerServe.Router.Configuration;
using BrokerServe.Router.Routing;
using BrokerServe.Router.Tests.Routing;

namespace BrokerServe.Router.Tests.Dispatch;

/// <summary>Copies at the backend that gets them; which requests are copied is the traffic policy's.</summary>
public sealed class ShadowCopySpecs
{
    private readonly DispatchHarness _backend = new(new BackendConfig { ShadowMaxQueued = 2, ShadowMaxBytes = 1_000 });

    [Fact(DisplayName = "Semantics 21: Shadow: each shadow backend with proportion p gets a copy of a request with probability p; p = 0 removes it.")]
    public void A_shadow_backend_gets_its_share_of_copies_and_the_primary_gets_every_request()
    {
        var primary = new DispatchHarness(name: "primary");
        var shadow = new DispatchHarness(name: "shadow");
        var r1 = primary.Replica("r1", limit: 10_000);
        var r2 = shadow.Replica("r2", limit: 10_000);
        var chance = new Random(1);
        Assert.True(TrafficPolicy.TryCreate(
            new Dictionary<string, double> { ["primary"] = 1 },
            new Dictionary<string, double> { ["shadow"] = 0.25, ["never"] = 0 },
            out var policy,
            out _));

        for (var i = 0; i < 1_000; i++)
        {
            var draws = Drawing.Of(key: null, chance);
            Assert.Equal("primary", policy.Backends[policy.Choose(draws.ForBackend())].Backend);
            primary.Caller.Sends($"request {i}");
            foreach (var copy in policy.Shadows)
            {
                if (copy.Takes(draws.ForShadow(copy.Backend)))
                {
                    Assert.Equal("shadow", copy.Backend);
                    shadow.Caller.IsCopied($"request {i}");
                }
            }
        }

        Assert.Equal(1_000, r1.InFlight);
        Assert.InRange(r2.InFlight, 200, 300);
    }

    [Fact(DisplayName = "Semantics 22: A shadow copy never affects the caller: not its reply, latency, errors or deadline. It holds its credit until it ends.")]
    public void A_copy_is_answered_to_nobody_and_holds_its_credit()
    {
        var r1 = _backend.Replica("r1", limit: 1);
        _backend.Caller.IsCopied("copy", timeoutMs: 100);
        r1.Receives("copy");

        _backend.Wait(200);
        _backend.Caller.IsDropped("copy");
        Assert.Equal(1, _backend.Dispatcher.InFlight);
        _backend.Caller.Sends("a");
        r1.ReceivesNothing();

        r1.Replies("copy", ReplyStatus.HandlerError);
        r1.Receives("a");
    }

    [Fact(DisplayName = "Semantics 22: A shadow copy never affects the caller: callers' requests go before all copies.")]
    public void Copies_go_after_everything_that_somebody_waits_for()
    {
        var r1 = _backend.Replica("r1", limit: 1);
        _backend.Caller.Sends("a");
        r1.Receives("a");
        _backend.Caller.IsCopied("copy");
        _backend.Caller.Sends("b", "c");

        r1.Replies("a");
        r1.Receives("b");
        r1.Replies("b");
        r1.Receives("c");
        r1.Replies("c");
        r1.Receives("copy");
    }

    [Fact(DisplayName = "Semantics 22: Its backlog is bounded, and dropped first: its own bound (in copies), the oldest goes.")]
    public void The_oldest_copy_is_dropped_beyond_the_bound()
    {
        var r1 = _backend.Replica("r1", limit: 0);
        foreach (var name in (string[])["1", "2", "3"])
        {
            _backend.Caller.IsCopied(name);
        }

        _backend.Caller.IsDropped("1");
        Assert.Equal(2, _backend.Dispatcher.Shadows);
        Assert.Equal(1, _backend.Dispatcher.Counters.ShadowsDropped);
        r1.ChangesLimit(8);
        r1.Receives("2", "3");
    }

    [Fact(DisplayName = "Semantics 22: its own bound (1,000 and 16 MiB): in bytes as in copies.")]
    public void Copies_are_bounded_in_bytes_too()
    {
        var r1 = _backend.Replica("r1", limit: 0);
        _backend.Caller.IsCopied("1", bytes: 400);
        _backend.Caller.IsCopied("2", bytes: 600);
        Assert.Equal(2, _backend.Dispatcher.Shadows);
        _backend.Caller.IsCopied("3", bytes: 1);
        _backend.Caller.IsDropped("1");

        _backend.Caller.IsCopied("too large by itself", bytes: 1_001);
        _backend.Caller.IsDropped("too large by itself");
        r1.ChangesLimit(8);
        r1.Receives("2", "3");
    }

    [Fact]
    public void A_copy_needs_no_place_when_a_replica_takes_it_at_once()
    {
        var r1 = _backend.Replica("r1");
        _backend.Caller.IsCopied("large", bytes: 5_000);
        r1.Receives("large");
    }

    [Fact(DisplayName = "Semantics 22: The default bounds are 1,000 copies and 16 MiB.")]
    public void The_default_bounds_are_1_000_copies_and_16_MiB()
    {
        var defaults = new BackendModel("backend", new BackendConfig());
        Assert.Equal(1_000, defaults.ShadowMaxQueued);
        Assert.Equal(16 * 1024 * 1024, defaults.ShadowMaxBytes);
    }

    [Fact(DisplayName = "Semantics 22: One attempt, at most once: a copy whose replica is lost, refuses it or never got it is not tried again.")]
    public void A_copy_has_one_attempt()
    {
        var r1 = _backend.Replica("r1", limit: 1);
        var r2 = _backend.Replica("r2", limit: 1);
        var r3 = _backend.Replica("r3", limit: 1);
        _backend.Caller.IsCopied("lost");
        _backend.Caller.IsCopied("refused");
        _backend.Caller.IsCopied("never came");
        r1.Receives("lost");
        r2.Receives("refused");
        r3.Receives("never came");

        r1.Dies();
        r2.Replies("refused", ReplyStatus.Overloaded);
        _backend.LosesPublishing();
        r3.Receives<Protocol.Commands.SyncCommand>();
        r3.Lists(2);

        _backend.Caller.IsDropped("lost", "refused", "never came");
        r3.ReceivesNothing();
        Assert.Equal(0, _backend.Dispatcher.InFlight);
    }

    [Fact(DisplayName = "Semantics 22: dropped first: a copy waits for its deadline at most.")]
    public void A_copy_that_waits_is_dropped_at_its_deadline()
    {
        _backend.Caller.IsCopied("copy", timeoutMs: 100);
        _backend.Wait(128);
        _backend.Caller.IsDropped("copy");
        Assert.False(_backend.Dispatcher.NeedsTicks);
    }
}
