using BrokerServe.Protocol.Control;
using BrokerServe.Router.Configuration;
using BrokerServe.Router.ControlLog;
using BrokerServe.Router.Tests.Mailboxes;
using Microsoft.Extensions.Time.Testing;

namespace BrokerServe.Router.Tests.ControlLog;

/// <summary>How a router keeps to the log.</summary>
public sealed class ControlFollowerSpecs : IAsyncLifetime
{
    private static readonly ControlKey Greet = ControlKey.Endpoint("greet");
    private static readonly ControlKey Slow = ControlKey.Endpoint("slow");
    private static readonly ControlKey V1 = ControlKey.Backend("v1");

    // For these the default of 20 minutes is too much.
    private static readonly TimeSpan ShortConsumerTimeout = TimeSpan.FromMinutes(10);

    private readonly ControlLogRig _log = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _log.DisposeAsync();

    [Fact]
    public async Task Routers_with_different_limits_come_to_the_same_and_each_serves_all_that_it_can()
    {
        var author = _log.Author();
        await WriteAsync(author, (V1, "{}"), (Greet, """{"Traffic":{"v1":1},"MaxTimeout":"5m"}"""), (Slow, """{"Traffic":{"v1":1}}"""));
        await using var narrow = new FollowerRig(_log, new RouterOptions { BrokerConsumerTimeout = ShortConsumerTimeout });
        await using var wide = new FollowerRig(_log);
        await narrow.StartAsync();
        await wide.StartAsync();
        Assert.Equal((wide.Follower.State!.Version, wide.Follower.State.Hash), (narrow.Follower.State!.Version, narrow.Follower.State.Hash));
        Assert.Equal(["greet", "slow"], wide.Control.Table.Endpoints.Keys.Order());
        Assert.Equal(["greet"], narrow.Control.Table.Endpoints.Keys);
        Assert.Null(wide.Follower.Trouble);
        Assert.Contains("BrokerServe:Endpoints:slow:MaxTimeout: is 20m", narrow.Follower.Trouble, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_router_cannot_put_in_force_keeps_no_later_change_from_it_and_is_logged_once()
    {
        var author = _log.Author();
        await WriteAsync(author, (V1, "{}"), (Greet, """{"Traffic":{"v1":1},"MaxTimeout":"5m"}"""));
        await using var router = new FollowerRig(_log, new RouterOptions { BrokerConsumerTimeout = ShortConsumerTimeout });
        await router.StartAsync();
        foreach (var (key, value) in new[] { (Slow, """{"Traffic":{"v1":1}}"""), (V1, """{"MaxAttempts":1}"""), (V1, """{"MaxAttempts":2}""") })
        {
            await FollowedAsync(router, author, key, value);
        }

        Assert.Equal(2, router.Control.Table.Backends["v1"].MaxAttempts);
        Assert.Contains("BrokerServe:Endpoints:slow:MaxTimeout: is 20m", router.Follower.Trouble, StringComparison.Ordinal);
        Assert.Single(router.Book.Lines, line => line.Id == 1403);

        await FollowedAsync(router, author, Slow, """{"MaxTimeout":"5m"}""");
        Assert.Null(router.Follower.Trouble);
        Assert.Equal(["greet", "slow"], router.Control.Table.Endpoints.Keys.Order());
    }

    [Fact]
    public async Task A_backend_that_was_only_implied_is_forgotten_also_when_it_stayed_for_an_endpoint_that_could_not_change()
    {
        var author = _log.Author();
        await WriteAsync(author, (Greet, """{"Traffic":{"v1":1},"MaxTimeout":"5m"}"""));
        await using var router = new FollowerRig(_log, new RouterOptions { BrokerConsumerTimeout = ShortConsumerTimeout });
        await router.StartAsync();
        await FollowedAsync(router, author, Greet, """{"Traffic":{"v2":1}}""");
        Assert.Equal(["v1", "v2"], router.Control.Table.Backends.Keys.Order());
        await FollowedAsync(router, author, Greet, """{"Traffic":{"v2":1},"MaxTimeout":"5m"}""");
        Assert.Equal(["v2"], router.Control.Table.Backends.Keys);
        Assert.Equal(["v1"], router.Told.SelectMany(change => change.BackendsForgotten));
        Assert.Empty(router.Told.SelectMany(change => change.BackendsRemoved));
    }

    [Fact]
    public async Task A_value_that_cannot_be_read_ends_no_session()
    {
        var author = _log.Author();
        await WriteAsync(author, (V1, "{}"));
        await using var router = new FollowerRig(_log);
        await router.StartAsync();
        await WriteAsync(
            author, (ControlKey.Replica("r1"), """{"Drain":true,"Drain":true}"""), (Greet, """{"Traffic":{"v1":1},"Traffic":{"v1":1}}"""), (Slow, """{"\ud800":1}"""));
        await FollowedAsync(router, author, V1, """{"MaxAttempts":1}""");
        Assert.Equal(1, router.Control.Table.Backends["v1"].MaxAttempts);
        Assert.Contains("BrokerServe:Endpoints:greet: is no JSON object", router.Follower.Trouble, StringComparison.Ordinal);
        Assert.False(router.Session.IsCompleted);
    }

    [Fact]
    public async Task A_log_that_was_made_anew_is_put_in_force_also_when_it_comes_to_the_same_version()
    {
        await WriteAsync(_log.Author("old"), (V1, """{"MaxAttempts":1}"""));
        await using var router = new FollowerRig(_log);
        await router.StartAsync();
        await _log.DeleteAsync();
        await router.EndAsync();

        await WriteAsync(_log.Author("new"), (V1, """{"MaxAttempts":2}"""));
        Assert.Contains("deleted and made anew", await router.FailAsync(), StringComparison.Ordinal);
        Assert.Equal(1, router.Control.Table.Backends["v1"].MaxAttempts);
        await router.StartAsync();
        Assert.Equal((1L, 2), (router.Follower.State!.Version, router.Control.Table.Backends["v1"].MaxAttempts));
    }

    [Fact]
    public async Task A_broken_log_is_no_trouble_any_more_when_a_session_follows_again()
    {
        await WriteAsync(_log.Author("old"), (V1, "{}"));
        await using var router = new FollowerRig(_log);
        await router.StartAsync();
        await _log.DeleteAsync();
        await router.EndAsync();

        await WriteAsync(_log.Author("new"), (V1, "{}")); // The same, so nothing is to be put in force.
        await router.FailAsync();
        Assert.Contains("deleted and made anew", router.Follower.Trouble, StringComparison.Ordinal);
        await router.StartAsync();
        Assert.True(router.Follower.Follows);
        Assert.Null(router.Follower.Trouble);
    }

    [Fact]
    public async Task A_log_that_was_made_anew_removes_nothing_before_it_says_something()
    {
        await WriteAsync(_log.Author("old"), (V1, "{}"), (Greet, """{"Traffic":{"v1":1}}"""));
        await using var router = new FollowerRig(_log);
        await router.StartAsync();
        await _log.DeleteAsync();
        await router.EndAsync();
        await router.FailAsync();
        await router.StartAsync();
        Assert.Equal((true, 0L), (router.Follower.Follows, router.Follower.State!.Version));
        Assert.Contains("says nothing yet", router.Follower.Trouble, StringComparison.Ordinal);
        Assert.Equal(["greet"], router.Control.Table.Endpoints.Keys);

        await FollowedAsync(router, _log.Author("new"), V1, """{"MaxAttempts":1}""");
        Assert.Null(router.Follower.Trouble);
        Assert.Empty(router.Control.Table.Endpoints);
        Assert.Equal(1, router.Control.Table.Backends["v1"].MaxAttempts);
    }

    [Fact]
    public async Task A_session_whose_log_was_deleted_ends_though_a_snapshot_is_under_way()
    {
        var writer = await _log.OpenAsync();
        for (var n = 0; n < ControlFollower.EntriesPerSnapshot; n++)
        {
            await writer.AppendAsync(new ControlChange($"c{n}", [new ControlEdit("note", "n", n, "{}")]), default);
        }

        // Its clock stands still, so the snapshot waits for its moment.
        await using var router = new FollowerRig(_log, time: new FakeTimeProvider());
        await router.StartAsync();
        await _log.DeleteAsync();
        await router.EndAsync();
        Assert.False(router.Follower.Follows);
    }

    private static Task<ControlOutcome?> WriteAsync(ControlAuthor author, params (ControlKey Key, string? Value)[] objects) => author.ChangeAsync(
        state => [.. objects.Select(row => new ControlEdit(row.Key.Kind, row.Key.Name, state.VersionOf(row.Key), row.Value))],
        ControlLogRig.By("author"),
        default);

    /// <summary>Writes a value, and returns when the router has looked at it.</summary>
    private static async Task FollowedAsync(FollowerRig router, ControlAuthor author, ControlKey key, string? value)
    {
        var outcome = await WriteAsync(author, (key, value));
        await Patience.For(router.UntilAsync(() => router.Follower.State!.Version >= outcome!.Version), $"the router has not followed version {outcome!.Version}");
    }
}
