using System.Collections.Concurrent;

namespace BrokerServe.Transport.InMemory;

/// <summary>One channel to publish on. Messages are in their queues when <see cref="PublishAsync"/> completes.</summary>
/// <remarks>Confirms and returns are told by the connection's <see cref="EventLoop"/>, on another thread, joined where possible.</remarks>
internal sealed class Publisher(
    Connection connection, InMemoryBroker broker, PublisherOptions options, IPublisherEvents? events) : IPublisher
{
    private readonly CancellationTokenSource _closed = new();
    private readonly TaskCompletionSource _quiet = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<(ulong Sequence, Message Message)> _returned = new();
    private readonly Lock _lock = new();
    private RoomWait? _waitingForRoom;
    private ulong _accepted;
    private ulong _told; // The event loop's alone.
    private int _hasNews;
    private volatile bool _closing;
    private volatile bool _cut;

    /// <inheritdoc/>
    public CancellationToken Closed => _closed.Token;

    /// <summary>Completes when <see cref="Closed"/> has fired and no event can follow.</summary>
    public Task Quiet => _quiet.Task;

    /// <inheritdoc/>
    public ulong NextSequence => Volatile.Read(ref _accepted) + 1;

    /// <inheritdoc/>
    public ValueTask PublishAsync(in OutboundMessage message)
    {
        var route = FindRoute(message);
        var cost = Message.CostOf(message);
        var stored = IsStored(message, route);
        if (stored && !broker.Memory.TryCharge(cost, route.IsShared))
        {
            return PublishWhenRoomAsync(message, cost);
        }

        Accept(message, route, stored, cost);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Close(cut: false);
        await _quiet.Task.ConfigureAwait(false);
        connection.Forget(this);
    }

    /// <summary>Ends the channel. Cut, it tells nothing any more; else it first tells what it knows.</summary>
    public void Close(bool cut)
    {
        lock (_lock)
        {
            _cut |= cut;
            _closing = true;
            _waitingForRoom?.End();
        }

        PostNews();
    }

    /// <summary>Tells what is new. Called by the event loop alone, never twice at once.</summary>
    public void TellNews()
    {
        // Cleared before the look: news that come during the look post the publisher again.
        Interlocked.Exchange(ref _hasNews, 0);
        var closing = _closing;
        Tell(Volatile.Read(ref _accepted));
        if (closing && !_closed.IsCancellationRequested)
        {
            _closed.Cancel();
            _quiet.TrySetResult();
        }
    }

    private void Tell(ulong accepted)
    {
        var silent = _cut || _closed.IsCancellationRequested;
        while (_returned.TryPeek(out var oldest) && oldest.Sequence <= accepted && _returned.TryDequeue(out _))
        {
            var message = oldest.Message;
            if (!silent)
            {
                events?.OnReturned(new ReturnedMessage(message.Exchange, message.RoutingKey, message.Properties, message.Body));
            }

            message.LetGo();
        }

        if (options.Confirms && accepted > _told && !silent)
        {
            var multiple = accepted - _told > 1;
            _told = accepted;
            events?.OnConfirmed(accepted, multiple);
        }
    }

    private Route FindRoute(in OutboundMessage message)
    {
        if (_closing)
        {
            throw connection.Unreachable();
        }

        if (broker.Limits.Refuse(message) is { } refusal)
        {
            throw new BrokerException(BrokerFault.TooLarge, refusal);
        }

        return broker.Topology.Find(message.Exchange, message.RoutingKey) ?? FailWithoutExchange(message.Exchange);
    }

    private Route FailWithoutExchange(string exchange)
    {
        Close(cut: false);
        throw new BrokerException(BrokerFault.NotFound, $"There is no exchange '{exchange}'.");
    }

    /// <summary>Whether a message takes memory: in queues, or until its return has been told.</summary>
    private bool IsStored(in OutboundMessage message, Route route) =>
        route.Queues.Length > 0 || (message.Mandatory && events is not null);

    private async ValueTask PublishWhenRoomAsync(OutboundMessage message, int cost)
    {
        connection.CountBlocked(+1);
        try
        {
            Route route;
            bool stored;
            do
            {
                route = FindRoute(message);
                await WaitForRoomAsync(route.IsShared).ConfigureAwait(false);

                // Queues come and go while one waits.
                route = FindRoute(message);
                stored = IsStored(message, route);
            }
            while (stored && !broker.Memory.TryCharge(cost, route.IsShared));
            Accept(message, route, stored, cost);
        }
        finally
        {
            connection.CountBlocked(-1);
        }
    }

    private async ValueTask WaitForRoomAsync(bool shared)
    {
        RoomWait wait;
        lock (_lock)
        {
            wait = broker.Memory.Wait(shared);
            _waitingForRoom = wait;
            if (_closing)
            {
                wait.End();
            }
        }

        await wait.Task.ConfigureAwait(false);
        lock (_lock)
        {
            _waitingForRoom = null;
        }
    }

    private void Accept(in OutboundMessage message, Route route, bool stored, int cost)
    {
        var sequence = _accepted + 1;
        var returned = false;
        if (stored)
        {
            var copy = broker.Messages.Rent();
            copy.Fill(message, cost, holders: route.Queues.Length + 1);
            var refused = PutInQueues(copy, route.Queues);
            returned = refused == route.Queues.Length && message.Mandatory && events is not null;
            if (returned)
            {
                // The publisher's own hold goes with it, until it was told.
                _returned.Enqueue((sequence, copy));
                copy.LetGo(refused);
            }
            else
            {
                copy.LetGo(refused + 1);
            }
        }

        // After the return was put down: the event loop tells no confirm before it.
        Volatile.Write(ref _accepted, sequence);
        if (events is not null && (options.Confirms || returned))
        {
            PostNews();
        }
    }

    /// <summary>Returns how many queues were deleted in the meantime.</summary>
    private static int PutInQueues(Message message, Queue[] queues)
    {
        var refused = 0;
        foreach (var queue in queues)
        {
            if (!queue.TryPublish(message))
            {
                refused++;
            }
        }

        return refused;
    }

    private void PostNews()
    {
        if (Interlocked.Exchange(ref _hasNews, 1) == 0)
        {
            connection.Events.Post(this);
        }
    }
}
