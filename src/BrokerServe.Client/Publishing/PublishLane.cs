using BrokerServe.Client.Calls;
using BrokerServe.Transport;

namespace BrokerServe.Client.Publishing;

/// <summary>One life of the publishing connection: a channel with confirms, one without, and what is outstanding on them.</summary>
internal sealed class PublishLane : IPublisherEvents, IAsyncDisposable
{
    // Never disposed: the publishing loop may break a lane that its session has left, and there is nothing in it to free.
    private readonly CancellationTokenSource _broken = new();
    private readonly IBrokerConnection _connection;
    private readonly CallTable _calls;
    private readonly Mailbox _mailbox;
    private readonly string _correlationPrefix;
    private IPublisher? _confirmed;
    private IPublisher? _unconfirmed;

    public PublishLane(
        IBrokerConnection connection, uint epoch, CallTable calls, Mailbox mailbox, string correlationPrefix)
    {
        _connection = connection;
        Epoch = epoch;
        _calls = calls;
        _mailbox = mailbox;
        _correlationPrefix = correlationPrefix;
        Window = new ConfirmWindow(calls.MaxSlots);
    }

    public uint Epoch { get; }

    /// <summary>What the channel with confirms has outstanding.</summary>
    public ConfirmWindow Window { get; }

    /// <summary>For what must not be lost. After <see cref="OpenAsync"/>.</summary>
    public IPublisher Confirmed => _confirmed!;

    /// <summary>For what may be lost. After <see cref="OpenAsync"/>.</summary>
    public IPublisher Unconfirmed => _unconfirmed!;

    public bool IsOpen => !_broken.IsCancellationRequested
        && !Confirmed.Closed.IsCancellationRequested && !Unconfirmed.Closed.IsCancellationRequested;

    /// <summary>The broker has stopped reading what this connection publishes.</summary>
    public bool IsBlocked => _connection.IsBlocked;

    /// <summary>Fires when a publish has failed in a way that ends the lane before the connection says so.</summary>
    public CancellationToken Broken => _broken.Token;

    public async ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        _confirmed = await _connection.OpenPublisherAsync(new PublisherOptions(Confirms: true), this, cancellationToken)
            .ConfigureAwait(false);
        _unconfirmed = await _connection.OpenPublisherAsync(new PublisherOptions(Confirms: false), this, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Nothing is to be published here any more.</summary>
    public void Break() => _broken.Cancel();

    /// <summary>Ends every call whose fate the lost connection leaves open; returns how many.</summary>
    public int EndUnconfirmed()
    {
        var ended = 0;
        var cursor = 0;
        while (Window.TryTakeAny(ref cursor, out var id))
        {
            ended += TryEnd(id, Endings.ConnectionLost) ? 1 : 0;
        }

        foreach (var call in _calls.Slots)
        {
            // The generation is read first, so that what is read after it is this use's, or the exchange fails.
            if (call is not null && call.IsSent(out var generation) && call.LaneEpoch == Epoch && !call.Request.Persistent)
            {
                ended += call.TryEndSent(generation, Endings.ConnectionLost) ? 1 : 0;
            }
        }

        return ended;
    }

    void IPublisherEvents.OnConfirmed(ulong sequence, bool multiple)
    {
        ulong cursor = 0;
        while (Window.TryTake(sequence, multiple, ref cursor, out var id, out var oneWay))
        {
            if (oneWay)
            {
                TryEnd(id, Endings.Sent);
            }
        }

        OnRoom();
    }

    void IPublisherEvents.OnRefused(ulong sequence, bool multiple)
    {
        ulong cursor = 0;
        while (Window.TryTake(sequence, multiple, ref cursor, out var id, out _))
        {
            TryEnd(id, Endings.Refused);
        }

        OnRoom();
    }

    void IPublisherEvents.OnReturned(in ReturnedMessage message)
    {
        // A confirm follows and finds the call ended.
        if (CallId.TryParse(message.Properties.CorrelationId, _correlationPrefix, out var id))
        {
            TryEnd(id, Endings.NoSuchEndpoint(message.RoutingKey));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_unconfirmed is not null)
        {
            await _unconfirmed.DisposeAsync().ConfigureAwait(false);
        }

        if (_confirmed is not null)
        {
            await _confirmed.DisposeAsync().ConfigureAwait(false);
        }
    }

    private bool TryEnd(CallId id, in CallOutcome outcome) =>
        _calls.TryFind(id, out var call) && call.TryEndSent(id.Generation, outcome);

    private void OnRoom()
    {
        if (Window.TakeFull())
        {
            _mailbox.Nudge();
        }
    }
}
