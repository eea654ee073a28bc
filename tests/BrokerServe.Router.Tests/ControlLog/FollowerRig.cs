using System.Collections.Concurrent;
using BrokerServe.Router.Configuration;
using BrokerServe.Router.ControlLog;
using BrokerServe.Router.Dispatch;
using BrokerServe.Router.Membership;
using BrokerServe.Router.Routing;
using BrokerServe.Router.Tests.Configuration;
using BrokerServe.Router.Tests.Mailboxes;
using BrokerServe.Transport;
using BrokerServe.Transport.Supervision;

namespace BrokerServe.Router.Tests.ControlLog;

/// <summary>What follows the log in a router, without the rest of the router; each session of it begins when the test says so.</summary>
internal sealed class FollowerRig : IRoutingObserver, IAsyncDisposable
{
    private readonly ControlLogRig _log;
    private readonly CancellationTokenSource _stopping = new();

    public FollowerRig(ControlLogRig log, RouterOptions? options = null, TimeProvider? time = null)
    {
        _log = log;
        options ??= new RouterOptions();
        time ??= TimeProvider.System;
        Control = new RoutingControl(new ConfigValidator(options), followsLog: true);
        Control.Attach(this);
        var loops = new DispatchLoops((backend, _) => throw new NotSupportedException($"Nobody sends to {backend.Name} here."));
        var directory = new ReplicaDirectory("router", loops, Control, new RouterClock(time), fence: _ => { });
        Follower = new ControlFollower(log.Names, Control, directory, options, time, Book);
    }

    public LogBook Book { get; } = new();

    public RoutingControl Control { get; }

    public ControlFollower Follower { get; }

    /// <summary>What changed, in order.</summary>
    public ConcurrentQueue<RoutingChange> Told { get; } = new();

    /// <summary>The session that was begun last.</summary>
    public Task Session { get; private set; } = Task.CompletedTask;

    /// <summary>Begins a session, and returns when it follows or has failed.</summary>
    public async Task StartAsync()
    {
        Session = RunAsync();
        await Patience.For(UntilAsync(() => Follower.Follows), "the follower does not follow");
    }

    /// <summary>Begins a session that fails, and returns why.</summary>
    public async Task<string> FailAsync()
    {
        await StartAsync();
        return await EndAsync();
    }

    /// <summary>Looks until something has become true, or the session is over; what the follower is at has no event of its own.</summary>
    public async Task UntilAsync(Func<bool> condition)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!condition() && !Session.IsCompleted)
        {
            await timer.WaitForNextTickAsync();
        }
    }

    /// <summary>Why the session ends.</summary>
    public async Task<string> EndAsync() =>
        (await Patience.For(Assert.ThrowsAsync<BrokerException>(() => Session), "the session has not ended")).Message;

    public void OnTableChanged(RoutingTable before, RoutingTable after, RoutingChange change) => Told.Enqueue(change);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Session.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        await using var connection = await _log.Broker.ConnectAsync("router", default);
        await Follower.RunAsync(new ConnectionSession(connection, 1), _stopping.Token);
    }
}
