using BrokerServe.Router.Dispatch;
using BrokerServe.Router.Ingress;
using BrokerServe.Router.Routing;
using BrokerServe.Transport;
using Microsoft.Extensions.Logging;

namespace BrokerServe.Router.Sessions;

/// <summary>Consumes one endpoint in one epoch as the routing table wants it, and keeps at it: the queue may be deleted, the policy may come late.</summary>
/// <remarks>
/// One loop that compares what is with what should be whenever either changes. Prefetch grows by a further consumer for the difference;
/// it shrinks only with the next epoch, because a new consumer's credit would come on top of what is still unsettled.
/// </remarks>
internal sealed partial class EndpointConsumption(string endpoint, RouterParts parts, IBrokerConnection connection, uint epoch, ILogger logger)
{
    /// <summary>A router that was just announced waits this long for replicas: as long as a worker's lease.</summary>
    private static readonly TimeSpan ReplicaPatience = TimeSpan.FromSeconds(3);

    /// <summary>How long to wait before trying again what the broker refused: operators repair things in seconds, not in milliseconds.</summary>
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly Signal _changed = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Subscription> _subscriptions = [];
    private readonly List<RequestIntake> _intakes = [];
    private readonly long _startedMs = parts.Clock.NowMs;
    private Task _running = Task.CompletedTask;
    private int _prefetch;
    private string? _lastComplaint;

    /// <summary>Begins; <see cref="StopAsync"/> ends it.</summary>
    public void Start() => _running = RunAsync();

    /// <summary>The routing table or the set of replicas changed. Any thread.</summary>
    public void Look() => _changed.Raise();

    /// <summary>Stops deliveries and gives what is not dispatched back to the broker; waits for what is at replicas.</summary>
    /// <param name="giveUp">Ends the waiting: what is unsettled then is delivered again, to another router.</param>
    public async Task StopAsync(CancellationToken giveUp)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        await CloseAsync(giveUp).ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, connection.Closed);
        while (!over.IsCancellationRequested)
        {
            try
            {
                await ReconcileAsync(over.Token).ConfigureAwait(false);
                _lastComplaint = null;
                await _changed.WaitAsync(over.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (over.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // The top of a loop: what cannot be consumed now is tried again, and the log says why.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Complain(exception);
                await RestAsync(RetryDelay, over.Token).ConfigureAwait(false);
            }
        }
    }

    private async Task ReconcileAsync(CancellationToken cancellationToken)
    {
        await DropEndedAsync().ConfigureAwait(false);
        if (!parts.Control.Table.Endpoints.TryGetValue(endpoint, out var model))
        {
            return; // Forgotten or removed: whoever did that stops this.
        }

        if (_prefetch == 0)
        {
            await Topology.DeclareEndpointAsync(connection, parts.Names, model, cancellationToken).ConfigureAwait(false);
        }

        if (model.Policy is null)
        {
            await CloseAsync(cancellationToken).ConfigureAwait(false);
        }
        else if (model.Prefetch > _prefetch)
        {
            await WaitForReplicasAsync(model, model.Policy, cancellationToken).ConfigureAwait(false);
            if (!IsCurrent(model))
            {
                _changed.Raise(); // The wait took the signal of a change; it is looked at now.
                return;
            }

            await AddConsumerAsync(model.Prefetch - _prefetch, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task AddConsumerAsync(int prefetch, CancellationToken cancellationToken)
    {
        var intake = new RequestIntake(parts, epoch, WhenUnknown.Requeue);
        var subscription = await Subscription.StartAsync(
            connection,
            parts.Names.EndpointQueue(endpoint),
            prefetch,
            settler => new EndpointListener(endpoint, intake, settler),
            cancellationToken).ConfigureAwait(false);
        _intakes.Add(intake);
        _subscriptions.Add(subscription);
        _prefetch += prefetch;
        subscription.Consumer.Ended.UnsafeRegister(static signal => ((Signal)signal!).Raise(), _changed);
        LogConsuming(endpoint, prefetch);
    }

    /// <summary>Waits until every backend of the traffic has a replica, or long enough: a backend without any has its own rules.</summary>
    private async Task WaitForReplicasAsync(EndpointModel model, TrafficPolicy policy, CancellationToken cancellationToken)
    {
        while (IsCurrent(model) && !HasReplicas(policy))
        {
            var left = ReplicaPatience - TimeSpan.FromMilliseconds(parts.Clock.NowMs - _startedMs);
            if (left <= TimeSpan.Zero)
            {
                return;
            }

            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var rest = Task.Delay(left, parts.Clock.Time, patience.Token);
            var changed = _changed.WaitAsync(patience.Token);
            await Task.WhenAny(rest, changed).ConfigureAwait(false);
            await patience.CancelAsync().ConfigureAwait(false);

            // One that was cancelled and has not gone yet would take the next signal, and nobody would look.
            await changed.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private bool IsCurrent(EndpointModel model) => ReferenceEquals(parts.Control.Table.Endpoints.GetValueOrDefault(endpoint), model);

    private bool HasReplicas(TrafficPolicy policy)
    {
        foreach (var share in policy.Backends)
        {
            if (share.Weight > 0 && !parts.Directory.HasReplica(share.Backend))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Ends consumers whose queue was deleted or whose channel was closed; the next step declares and consumes anew.</summary>
    private async Task DropEndedAsync()
    {
        if (_subscriptions.Exists(s => s.Consumer.Ended.IsCancellationRequested))
        {
            LogEnded(endpoint);
            await DisposeSubscriptionsAsync().ConfigureAwait(false);
        }
    }

    private async Task CloseAsync(CancellationToken giveUp)
    {
        if (_subscriptions.Count == 0)
        {
            return;
        }

        await StopDeliveriesAsync().ConfigureAwait(false);
        if (parts.EndpointIds.TryGet(endpoint, out var id))
        {
            // What arrived after the command, and before deliveries stopped: see RequestIntake.
            var removed = parts.Control.IsRemoved(endpoint);
            parts.Loops.Post(dispatcher => EmptyEndpoint(dispatcher, id, removed));
        }

        try
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(giveUp, connection.Closed);
            await Task.WhenAll(_intakes.Select(i => i.WhenAllEndedAsync())).WaitAsync(end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // What is at replicas comes again, from the broker: to another router, or to this one's next epoch.
        }

        await DisposeSubscriptionsAsync().ConfigureAwait(false);
    }

    private void EmptyEndpoint(BackendDispatcher dispatcher, int id, bool removed)
    {
        if (removed)
        {
            dispatcher.RemoveEndpoint(id, endpoint);
        }
        else
        {
            dispatcher.RequeueEndpoint(id);
        }
    }

    private async Task StopDeliveriesAsync()
    {
        foreach (var subscription in _subscriptions)
        {
            try
            {
                await subscription.Consumer.StopAsync(connection.Closed).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is BrokerException or OperationCanceledException)
            {
                // The channel or the connection is gone, and its deliveries with it.
            }
        }
    }

    private async Task DisposeSubscriptionsAsync()
    {
        foreach (var subscription in _subscriptions)
        {
            await subscription.DisposeAsync().ConfigureAwait(false);
        }

        _subscriptions.Clear();
        _intakes.Clear();
        _prefetch = 0;
    }

    private async Task RestAsync(TimeSpan delay, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(delay, parts.Clock.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The caller looks at the token.
        }
    }

    private void Complain(Exception exception)
    {
        if (_lastComplaint != exception.Message)
        {
            _lastComplaint = exception.Message;
            LogCannotConsume(endpoint, exception.Message);
        }
    }

    [LoggerMessage(1201, LogLevel.Information, "Consuming endpoint {Endpoint} with a prefetch of {Prefetch}.")]
    private partial void LogConsuming(string endpoint, int prefetch);

    [LoggerMessage(1202, LogLevel.Warning, "The broker ended the consumption of endpoint {Endpoint}: its queue was deleted, or the channel closed. Consuming anew.")]
    private partial void LogEnded(string endpoint);

    [LoggerMessage(1203, LogLevel.Error, "Endpoint {Endpoint} cannot be consumed: {Reason} Trying again every second.")]
    private partial void LogCannotConsume(string endpoint, string reason);
}
