using BrokerServe.Router.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace BrokerServe.Router.Tests.Configuration;

public sealed class FollowingSpecs
{
    [Fact]
    public async Task A_host_does_not_start_on_a_wrong_configuration_and_says_everything()
    {
        await using var router = new EmbeddedRouter(null, ("Endpoints:greet:Traffic:v1", "0.5"), ("Prefix", ""));

        var refused = await Assert.ThrowsAsync<OptionsValidationException>(router.StartAsync);

        Assert.Equal(3, refused.Failures.Count());
        Assert.Throws<OptionsValidationException>(() => router.Control);
    }

    [Fact]
    public async Task A_router_that_follows_the_control_log_refuses_endpoints_and_backends_beside_it()
    {
        await using var router = new EmbeddedRouter(null, ("ControlLog", "true"), ("Endpoints:greet:Traffic:v1", "1"), ("Backends:v1", null));

        var refused = await Assert.ThrowsAsync<OptionsValidationException>(router.StartAsync);

        Assert.StartsWith(
            "BrokerServe:ControlLog: is true, so endpoints and backends come from the control log, but 1 endpoints and 1 backends stand beside it; "
            + "bring them into the log with 'brokerserve apply FILE' and take them out here",
            Assert.Single(refused.Failures),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_router_that_follows_the_control_log_begins_with_nothing_and_takes_nothing_from_elsewhere()
    {
        await using var router = new EmbeddedRouter(null, ("ControlLog", "true"));
        await router.StartAsync();
        router.Rewrite(("ControlLog", "true"), ("ClockSkew", "1s"));

        Assert.Empty(router.Control.Current.Endpoints);
        Assert.False(router.Control.ConfigureBackend("v1", new BackendConfig()).Succeeded);
        Assert.Contains("ClockSkew changed from 5s to 1s", Assert.Single(router.Book.At(LogLevel.Warning)), StringComparison.Ordinal);
        Assert.Empty(router.Book.At(LogLevel.Error));
    }

    [Fact]
    public async Task Code_and_file_add_up_in_the_order_of_their_calls()
    {
        await using var router = new EmbeddedRouter(
            builder => builder.Configure(options =>
            {
                options.Backends["v2"] = new BackendConfig();
                options.Endpoints["greet"] = options.Endpoints["greet"] with { Shadow = new Dictionary<string, double> { ["v2"] = 1 } };
            }),
            ("Endpoints:greet:Traffic:v1", "1"),
            ("Backends:v1", null));
        await router.StartAsync();

        var greet = router.Control.Current.Endpoints["greet"];
        Assert.Equal(1, greet.Traffic!["v1"]);
        Assert.Equal(1, greet.Shadow!["v2"]);
    }

    [Fact]
    public async Task At_start_everything_that_is_in_force_is_printed_with_the_bound_of_every_queue_and_without_secrets()
    {
        await using var router = new EmbeddedRouter(
            null,
            ("Endpoints:greet:Traffic:v1", "1"),
            ("Endpoints:idle:DefaultTimeout", "5s"),
            ("Backends:v1:MaxQueuedQueries", "100"),
            ("Backends:v1:UserConfig", "{\"key\":\"secret\"}"));
        await router.StartAsync();

        var lines = router.Book.At(LogLevel.Information).ToArray();
        Assert.Equal(4, lines.Length);
        Assert.StartsWith("Router settings: Prefix brokerserve; RouterId not set; HeartbeatInterval 1s;", lines[0]);
        Assert.Contains("MaxBufferedBytes 268435456", lines[0]);
        Assert.StartsWith("Endpoint greet: Traffic v1=1; Shadow not set; QueueType Classic;", lines[1]);
        Assert.EndsWith("It holds at most 1380 requests unsettled (prefetch), 100 of them waiting for a replica.", lines[1]);
        Assert.EndsWith("It has no traffic, so it is not consumed and its requests wait in the broker.", lines[2]);
        Assert.StartsWith("Backend v1: MaxConcurrentQueries not set;", lines[3]);
        Assert.Contains("UserConfig (set); MaxQueuedQueries 100;", lines[3]);
        Assert.Contains("ShadowMaxQueued 1000; ShadowMaxBytes 16777216; StaticReplicas none.", lines[3]);
        Assert.Empty(router.Book.At(LogLevel.Warning));
    }

    [Fact]
    public async Task A_router_without_endpoints_says_so()
    {
        await using var router = new EmbeddedRouter();
        await router.StartAsync();

        Assert.Equal("No endpoint is configured: this router serves nothing until one is added.", Assert.Single(router.Book.At(LogLevel.Warning)));
    }

    [Fact]
    public async Task A_changed_file_takes_the_place_of_what_was_in_force()
    {
        await using var router = new EmbeddedRouter(null, ("Endpoints:greet:Traffic:v1", "1"), ("Endpoints:add:Traffic:v1", "1"), ("Backends:v1", null));
        await router.StartAsync();
        router.Book.Lines.Clear();

        router.Rewrite(("Endpoints:greet:Traffic:v1", "0.5"), ("Endpoints:greet:Traffic:v2", "0.5"), ("Backends:v1", null), ("Backends:v2", null));

        Assert.Equal(["greet"], router.Control.Current.Endpoints.Keys);
        Assert.Equal(0.5, router.Control.Current.Endpoints["greet"].Traffic!["v2"]);
        Assert.Collection(
            router.Book.At(LogLevel.Information),
            line => Assert.Equal("The configuration changed and is in force.", line),
            line => Assert.StartsWith("Endpoint greet: Traffic v1=0.5, v2=0.5;", line),
            line => Assert.StartsWith("Backend v2: ", line),
            line => Assert.Equal("Endpoint add is no longer named: this router gives its requests back and stops serving it.", line));
        Assert.Empty(router.Book.At(LogLevel.Error));
    }

    [Fact]
    public async Task A_changed_file_with_errors_changes_nothing_and_every_error_is_logged()
    {
        await using var router = new EmbeddedRouter(null, ("Endpoints:greet:Traffic:v1", "1"), ("Backends:v1", null));
        await router.StartAsync();
        var before = router.Control.Current;

        router.Rewrite(("Endpoints:greet:Traffic:v1", "0.5"), ("Endpoints:greet:QueueTyp", "Quorum"), ("Backends:v1", null));

        Assert.Equal(before.Endpoints["greet"], router.Control.Current.Endpoints["greet"]);
        Assert.Equal(
            [
                "The configuration changed and was refused; the last good one stays in force. "
                + "BrokerServe:Endpoints:greet:QueueTyp: there is no such setting; did you mean QueueType?",
                "The configuration changed and was refused; the last good one stays in force. "
                + "BrokerServe:Endpoints:greet:Traffic: the weights sum to 0.5 (v1=0.5); they must sum to 1 within 0.00001",
            ],
            router.Book.At(LogLevel.Error));
    }

    [Fact]
    public async Task A_queue_type_in_a_changed_file_is_refused()
    {
        await using var router = new EmbeddedRouter(null, ("Endpoints:greet:QueueType", "Classic"));
        await router.StartAsync();

        router.Rewrite(("Endpoints:greet:QueueType", "Quorum"));

        Assert.Contains("cannot change from Classic to Quorum", Assert.Single(router.Book.At(LogLevel.Error)));
    }

    [Fact]
    public async Task A_file_that_suddenly_is_empty_stops_nothing()
    {
        await using var router = new EmbeddedRouter(null, ("Endpoints:greet:Traffic:v1", "1"), ("Backends:v1", null));
        await router.StartAsync();

        router.Rewrite();

        Assert.Equal(["greet"], router.Control.Current.Endpoints.Keys);
        Assert.Contains("BrokerServe: names no endpoint and no backend any more", Assert.Single(router.Book.At(LogLevel.Error)));
    }

    [Fact]
    public async Task A_setting_of_the_router_itself_that_changes_waits_for_the_next_start()
    {
        await using var router = new EmbeddedRouter(null, ("ClockSkew", "5s"), ("Backends:v1", null));
        await router.StartAsync();

        router.Rewrite(("ClockSkew", "10s"), ("Backends:v1", null));

        Assert.Contains("ClockSkew changed from 5s to 10s; that takes effect at the next start.", router.Book.At(LogLevel.Warning));
        Assert.Equal(TimeSpan.FromSeconds(5), router.Options.ClockSkew);
    }

    [Fact]
    public async Task A_file_that_was_saved_and_says_the_same_changes_nothing()
    {
        await using var router = new EmbeddedRouter(null, ("Endpoints:greet:Traffic:v1", "1"), ("Backends:v1", null));
        await router.StartAsync();
        router.Book.Lines.Clear();

        router.Rewrite(("Endpoints:greet:Traffic:v1", "1.0"), ("Backends:v1", ""));

        Assert.Empty(router.Book.Lines);
    }

    [Fact]
    public async Task A_router_that_stopped_follows_no_more()
    {
        await using var router = new EmbeddedRouter(null, ("Backends:v1", null));
        await router.StartAsync();
        await router.StopAsync();

        router.Rewrite(("Backends:v2", null));

        Assert.Equal(["v1"], router.Control.Current.Backends.Keys);
    }

    [Fact]
    public void A_router_that_is_added_twice_is_one_router()
    {
        var services = new ServiceCollection();
        services.AddBrokerServeRouter();
        var before = services.Count(s => s.ServiceType == typeof(Microsoft.Extensions.Hosting.IHostedService));
        services.AddBrokerServeRouter();

        Assert.Equal(before, services.Count(s => s.ServiceType == typeof(Microsoft.Extensions.Hosting.IHostedService)));
    }
}
