using BrokerServe.Router.Egress;
using BrokerServe.Router.Ingress;
using BrokerServe.Router.Membership;
using BrokerServe.Router.Telemetry;
using BrokerServe.Transport;
using BrokerServe.Transport.Supervision;
using Microsoft.Extensions.Logging;

namespace BrokerServe.Router.Sessions;

/// <summary>Everything that is consumed, on one connection and in its epoch: replies, announcements, cancels, unknown endpoints, requests.</summary>
/// <remarks>
/// The walk of an epoch: (1) declare, (2) hear replies, replicas, routers and cancels, (3) say who we are, (4) consume the endpoints as the
/// table wants, (5) when the connection ends, or when told to stop and all that was dispatched has ended, let go of everything.
/// </remarks>
internal sealed partial class ConsumingSide(
    RouterParts parts, Incarnations incarnations, RouterAnnouncer announcer, Action onServing, ILoggerFactory loggers)
{
    /// <summary>Replies that may be waiting for their loops: 1,024 frames, 4 MiB at a usual 4 KiB each.</summary>
    public const int ReplyPrefetch = 1_024;

    /// <summary>For announcements, cancels and unknown endpoints, each handled at once.</summary>
    public const int SmallPrefetch = 256;

    private readonly ILogger _logger = loggers.CreateLogger<ConsumingSide>();
    private readonly Signal _tableChanged = new();
    private readonly Lock _lock = new();
    private readonly HashSet<string> _removed = new(StringComparer.Ordinal); // Removed by command, still to be removed at the broker.
    private readonly Dictionary<string, EndpointConsumption> _consumptions = new(StringComparer.Ordinal);
    private readonly List<Task> _endings = [];
    private volatile bool _isConnected;
    private volatile IBrokerConnection? _connection;

    /// <summary>Whether replies can be heard and endpoints are consumed.</summary>
    public bool IsConnected => _isConnected;

    /// <summary>Ends the epoch, so that the broker delivers again whatever has no answer. Any thread.</summary>
    public void GiveUpEpoch() => _connection?.Abort();

    /// <summary>The routing table changed. Any thread.</summary>
    public void Look(IEnumerable<string> removed)
    {
        lock (_lock)
        {
            _removed.UnionWith(removed);
        }

        _tableChanged.Raise();
    }

    /// <summary>Works on one connection until it closes, or drains when <paramref name="stopping"/> fires.</summary>
    public async Task RunAsync(ConnectionSession session, CancellationToken stopping, CancellationToken giveUp)
    {
        var (connection, epoch) = session;
        _connection = connection;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(connection.Closed, stopping);
        var subscriptions = new List<Subscription>();
        var watches = new List<CancellationTokenRegistration>();
        try
        {
            // Steps 1 and 2.
            var replyKey = await SubscribeAsync(connection, epoch, subscriptions, over.Token).ConfigureAwait(false);

            // Any of these ending alone (its queue was deleted, its channel closed) ends the epoch: the next one declares everything anew.
            watches.AddRange(subscriptions.Select(s => EndEpochWith(s, connection)));

            // Step 3.
            parts.Directory.BeginHearing();
            incarnations.BeginEpoch(epoch, replyKey);
            announcer.BeginEpoch(epoch, replyKey);
            await DeclareEndpointsAsync(connection, over.Token).ConfigureAwait(false);
            _isConnected = true;
            onServing();
            subscriptions.Add(await SubscribeToUnroutableAsync(connection, epoch, over.Token).ConfigureAwait(false));
            watches.Add(EndEpochWith(subscriptions[^1], connection));

            // Step 4.
            await FollowTableAsync(connection, epoch, over.Token).ConfigureAwait(false);
        }
        finally
        {
            // Step 5.
            _isConnected = false;
            await EndAsync(connection, giveUp).ConfigureAwait(false);
            parts.Directory.EndHearing();
            announcer.EndEpoch(stopping.IsCancellationRequested && !connection.Closed.IsCancellationRequested);
            watches.ForEach(watch => watch.Dispose());
            foreach (var subscription in subscriptions)
            {
                await subscription.DisposeAsync().ConfigureAwait(false);
            }

            parts.Loops.Post(dispatcher => dispatcher.EndEpoch(epoch));
        }
    }

    private async Task<string> SubscribeAsync(
        IBrokerConnection connection, uint epoch, List<Subscription> subscriptions, CancellationToken cancellationToken)
    {
        var names = parts.Names;
        await Topology.DeclareSharedAsync(connection, names, parts.SharedQueues, cancellationToken).ConfigureAwait(false);

        var replies = names.RouterReplyQueue(parts.RouterId, epoch);
        await Topology.DeclarePrivateAsync(connection, replies, replies, [names.Replies], cancellationToken).ConfigureAwait(false);
        await AddAsync(replies, ReplyPrefetch, settler => new ReplyListener(parts.Loops, parts.Directory, parts.Metrics, settler)).ConfigureAwait(false);

        var announcements = names.RouterAnnouncementQueue(parts.RouterId, epoch);
        await Topology.DeclarePrivateAsync(connection, announcements, "", [names.Replicas, names.Routers], cancellationToken).ConfigureAwait(false);
        await AddAsync(announcements, SmallPrefetch, settler => new AnnouncementListener(names, parts.Directory, parts.Metrics, settler)).ConfigureAwait(false);

        var cancels = names.RouterCancelQueue(parts.RouterId, epoch);
        await Topology.DeclarePrivateAsync(connection, cancels, "", [names.Cancels], cancellationToken).ConfigureAwait(false);
        await AddAsync(cancels, SmallPrefetch, settler => new CancelListener(parts.Loops, parts.Clock, settler)).ConfigureAwait(false);

        var reports = names.RouterReportQueue(parts.RouterId, epoch);
        await Topology.DeclarePrivateAsync(connection, reports, "", [names.Reports], cancellationToken).ConfigureAwait(false);
        await AddAsync(reports, SmallPrefetch, settler => new ReportListener(parts.Board, parts.Metrics, settler)).ConfigureAwait(false);

        return replies;

        async Task AddAsync(string queue, int prefetch, Func<Settler, IDeliveryHandler> handler)
        {
            var subscription = await Subscription.StartAsync(connection, queue, prefetch, handler, cancellationToken).ConfigureAwait(false);
            subscriptions.Add(subscription);
        }
    }

    /// <summary>Every endpoint has its queue before this router calls itself ready. What the broker refuses, its consumption complains about.</summary>
    private async Task DeclareEndpointsAsync(IBrokerConnection connection, CancellationToken cancellationToken)
    {
        foreach (var endpoint in parts.Control.Table.Endpoints.Values)
        {
            try
            {
                await Topology.DeclareEndpointAsync(connection, parts.Names, endpoint, cancellationToken).ConfigureAwait(false);
            }
            catch (BrokerException) when (!connection.Closed.IsCancellationRequested)
            {
                // One wrong queue must not keep the others waiting.
            }
        }
    }

    /// <summary>Requests come only once the loops know the epoch: its number and its reply key are in every query.</summary>
    private Task<Subscription> SubscribeToUnroutableAsync(IBrokerConnection connection, uint epoch, CancellationToken cancellationToken)
    {
        var intake = new RequestIntake(parts, epoch, WhenUnknown.RefuseAsNotFound);
        return Subscription.StartAsync(
            connection, parts.Names.Unroutable, SmallPrefetch, settler => new UnroutableListener(intake, settler), cancellationToken);
    }

    private static CancellationTokenRegistration EndEpochWith(Subscription subscription, IBrokerConnection connection) =>
        subscription.Consumer.Ended.UnsafeRegister(static c => ((IBrokerConnection)c!).Abort(), connection);

    private async Task FollowTableAsync(IBrokerConnection connection, uint epoch, CancellationToken over)
    {
        parts.Directory.ReplicaCame += _tableChanged.Raise;
        try
        {
            while (true)
            {
                Reconcile(connection, epoch, over);
                await _tableChanged.WaitAsync(over).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // The connection closed, or the router stops.
        }
        finally
        {
            parts.Directory.ReplicaCame -= _tableChanged.Raise;
        }
    }

    private void Reconcile(IBrokerConnection connection, uint epoch, CancellationToken over)
    {
        var table = parts.Control.Table;
        _endings.RemoveAll(ending => ending.IsCompletedSuccessfully);
        var removed = TakeRemoved();
        foreach (var endpoint in removed.Union(_consumptions.Keys.Where(e => !table.Endpoints.ContainsKey(e))).ToArray())
        {
            _consumptions.Remove(endpoint, out var consumption);
            _endings.Add(EndAsync(endpoint, consumption, removed.Contains(endpoint), connection, epoch, over));
        }

        foreach (var endpoint in table.Endpoints.Keys)
        {
            if (!_consumptions.TryGetValue(endpoint, out var consumption))
            {
                consumption = new EndpointConsumption(endpoint, parts, connection, epoch, loggers.CreateLogger<EndpointConsumption>());
                _consumptions.Add(endpoint, consumption);
                consumption.Start();
            }

            consumption.Look();
        }
    }

    private string[] TakeRemoved()
    {
        lock (_lock)
        {
            string[] removed = [.. _removed];
            _removed.Clear();
            return removed;
        }
    }

    /// <summary>Stops an endpoint's consumption, and only then removes the endpoint, when that was the command: what comes back lands in its queue.</summary>
    private async Task EndAsync(
        string endpoint, EndpointConsumption? consumption, bool remove, IBrokerConnection connection, uint epoch, CancellationToken over)
    {
        if (consumption is not null)
        {
            await consumption.StopAsync(over).ConfigureAwait(false);
        }

        if (remove)
        {
            await RemoveAsync(endpoint, connection, epoch, over).ConfigureAwait(false);
        }
    }

    private async Task RemoveAsync(string endpoint, IBrokerConnection connection, uint epoch, CancellationToken over)
    {
        try
        {
            await EndpointRemoval.RunAsync(endpoint, parts, connection, epoch, over).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is BrokerException or OperationCanceledException)
        {
            lock (_lock)
            {
                _removed.Add(endpoint); // The next epoch goes on with it.
            }

            LogRemovalInterrupted(endpoint, exception.Message);
        }
    }

    private async Task EndAsync(IBrokerConnection connection, CancellationToken giveUp)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(giveUp, connection.Closed);
        await Task.WhenAll(_consumptions.Values.Select(c => c.StopAsync(end.Token)).Concat(_endings)).ConfigureAwait(false);
        _consumptions.Clear();
        _endings.Clear();
    }

    [LoggerMessage(1211, LogLevel.Warning, "The removal of endpoint {Endpoint} was interrupted and will go on: {Reason}")]
    private partial void LogRemovalInterrupted(string endpoint, string reason);
}
