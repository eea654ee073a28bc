using System.Text;
using BrokerServe.Client.Calls;
using BrokerServe.Protocol;
using BrokerServe.Protocol.Frames;
using BrokerServe.Transport;
using BrokerServe.Transport.Supervision;

namespace BrokerServe.Client.Publishing;

/// <summary>One life of the publishing connection: a channel with confirms, one without, and what is outstanding on them.</summary>
internal sealed class PublishLane : IPublisherEvents, IAsyncDisposable
{
    /// <summary>Endpoints that are remembered; then those are forgotten to which nothing is under way. More than any client calls.</summary>
    private const int MaxPipelines = 1_024;

    // Never disposed: the publishing loop may break a lane that its session has left, and there is nothing in it to free.
    private readonly CancellationTokenSource _broken = new();
    private readonly IBrokerConnection _connection;
    private readonly CallTable _calls;
    private readonly Mailbox _mailbox;
    private readonly string _correlationPrefix;
    private readonly Dictionary<string, Pipeline> _pipelines = [];
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

    /// <summary>For what must not be lost, and for what may travel in company. After <see cref="OpenAsync"/>.</summary>
    public IPublisher Confirmed => _confirmed!;

    /// <summary>For everything else. After <see cref="OpenAsync"/>.</summary>
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

    /// <summary>What is under way to an endpoint on the channel with confirms. For the publishing loop.</summary>
    public Pipeline PipelineTo(string endpoint)
    {
        if (_pipelines.TryGetValue(endpoint, out var pipeline))
        {
            return pipeline;
        }

        if (_pipelines.Count >= MaxPipelines)
        {
            foreach (var (idle, _) in _pipelines.Where(static entry => entry.Value.IsIdle).ToArray())
            {
                _pipelines.Remove(idle);
            }
        }

        _pipelines.Add(endpoint, pipeline = new Pipeline());
        return pipeline;
    }

    /// <summary>Nothing is to be published here any more.</summary>
    public void Break() => _broken.Cancel();

    /// <summary>Ends every call whose fate the lost connection leaves open; returns how many.</summary>
    public int EndUnconfirmed()
    {
        var ended = 0;
        var cursor = 0;
        while (Window.TryTakeAny(ref cursor, out var message))
        {
            ended += EndAll(message, Endings.ConnectionLost);
        }

        // What went out on the channel without confirms, that is. The others were in the window, or are confirmed and safe.
        foreach (var call in _calls.Slots)
        {
            // The generation is read first, so that what is read after it is this use's, or the exchange fails.
            if (call is not null && call.IsSent(out var generation) && call.LaneEpoch == Epoch)
            {
                ended += call.TryEndSent(generation, Endings.ConnectionLost) ? 1 : 0;
            }
        }

        return ended;
    }

    void IPublisherEvents.OnConfirmed(ulong sequence, bool multiple)
    {
        ulong cursor = 0;
        while (Window.TryTake(sequence, multiple, ref cursor, out var message))
        {
            if (message.OneWay)
            {
                TryEnd(message.Call, Endings.Sent);
            }

            OnLeft(message.Pipeline);
        }

        OnRoom();
    }

    void IPublisherEvents.OnRefused(ulong sequence, bool multiple)
    {
        ulong cursor = 0;
        while (Window.TryTake(sequence, multiple, ref cursor, out var message))
        {
            EndAll(message, Endings.Refused);
            OnLeft(message.Pipeline);
        }

        OnRoom();
    }

    void IPublisherEvents.OnReturned(in ReturnedMessage message)
    {
        // A confirm follows and finds the calls ended.
        if (message.Properties.ContentType == ContentTypes.Requests)
        {
            EndReturnedFrame(message);
        }
        else if (CallId.TryParse(message.Properties.CorrelationId, _correlationPrefix, out var id))
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

    private void EndReturnedFrame(in ReturnedMessage message)
    {
        if (RequestFrameReader.TryOpen(message.Body, out var reader))
        {
            var prefix = Encoding.UTF8.GetBytes(_correlationPrefix);
            while (reader.TryRead(out var request))
            {
                if (CallId.TryParse(request.CorrelationId, prefix, out var id))
                {
                    TryEnd(id, Endings.NoSuchEndpoint(message.RoutingKey));
                }
            }
        }
    }

    private int EndAll(in Outstanding message, in CallOutcome outcome)
    {
        if (message.Frame is not { } frame)
        {
            return TryEnd(message.Call, outcome) ? 1 : 0;
        }

        var ended = 0;
        foreach (var call in frame)
        {
            ended += TryEnd(call, outcome) ? 1 : 0;
        }

        return ended;
    }

    private bool TryEnd(CallId id, in CallOutcome outcome) =>
        _calls.TryFind(id, out var call) && call.TryEndSent(id.Generation, outcome);

    private void OnLeft(Pipeline pipeline)
    {
        if (pipeline.Leave())
        {
            _mailbox.Nudge();
        }
    }

    private void OnRoom()
    {
        if (Window.TakeFull())
        {
            _mailbox.Nudge();
        }
    }
}
