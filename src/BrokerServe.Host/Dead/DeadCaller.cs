using System.Globalization;
using BrokerServe.Protocol;
using BrokerServe.Transport;
using BrokerServe.Transport.Supervision;

namespace BrokerServe.Host.Dead;

/// <summary>Makes calls of dead requests: the same request with all its headers, a return address of ours and a new deadline. One at a time.</summary>
/// <remarks>The client would not do: it adds a trace of its own, and sends no header whose name it does not make.</remarks>
internal sealed class DeadCaller : IDeliveryHandler, IPublisherEvents, IAsyncDisposable
{
    /// <summary>A router that answers at the deadline says where the time went.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(500);

    private const int Prefetch = 16; // One call at a time, and what comes late or twice.

    private readonly IBrokerConnection _connection;
    private readonly ObjectNames _names;
    private readonly string _replyQueue;
    private IConsumer? _replies;
    private Settler? _settler;
    private IPublisher? _publisher;
    private volatile PendingCall? _pending;

    private DeadCaller(IBrokerConnection connection, ObjectNames names)
    {
        _connection = connection;
        _names = names;
        _replyQueue = names.ClientReplyQueue($"dead-{Guid.NewGuid():N}");
    }

    /// <summary>Connects, and opens what a producer needs.</summary>
    /// <exception cref="BrokerException">The broker is away, or refuses.</exception>
    public static async Task<DeadCaller> OpenAsync(IBroker broker, ObjectNames names, CancellationToken cancellationToken)
    {
        var caller = new DeadCaller(await broker.ConnectAsync("dead-replay", cancellationToken), names);
        try
        {
            await caller._connection.DeclareQueueAsync(new(caller._replyQueue) { Exclusive = true }, cancellationToken);
            caller._replies = await caller._connection.OpenConsumerAsync(new ConsumerOptions(caller._replyQueue, Prefetch), cancellationToken);
            caller._settler = new Settler(caller._replies, Prefetch);
            await caller._replies.StartAsync(caller, cancellationToken);
            caller._publisher = await caller._connection.OpenPublisherAsync(new PublisherOptions(Confirms: true), caller, cancellationToken);
            return caller;
        }
        catch
        {
            await caller.DisposeAsync();
            throw;
        }
    }

    /// <summary>Calls again.</summary>
    /// <returns>How the call ended; null: with a reply.</returns>
    /// <exception cref="OperationCanceledException">Given up; what became of the call is not known.</exception>
    public async Task<ErrorBody?> CallAsync(DeadMessage message, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var call = new PendingCall(Guid.NewGuid().ToString("N"), _publisher!.NextSequence);
        _pending = call;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _connection.Closed);
        over.CancelAfter(timeout + Grace);
        try
        {
            await _publisher.PublishAsync(RequestOf(message, call.CorrelationId, timeout)).AsTask().WaitAsync(over.Token);
            return await call.Ending.WaitAsync(over.Token);
        }
        catch (Exception fault) when (fault is BrokerException || (fault is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return fault is BrokerException { Fault: BrokerFault.TooLarge } tooLarge ? Error(ReplyStatus.PayloadTooLarge, tooLarge.Message)
                : fault is BrokerException || _connection.Closed.IsCancellationRequested
                    ? Error(ReplyStatus.OutcomeUnknown, "The connection was lost; the work may have run.")
                    : Error(ReplyStatus.DeadlineExceeded, $"There was no reply within {new Duration(timeout)}; the work may have run.");
        }
        finally
        {
            _pending = null;
        }
    }

    public void OnDelivery(in Delivery delivery)
    {
        if (_pending is { } call && delivery.Properties.CorrelationId == call.CorrelationId)
        {
            call.End(EndingOf(delivery));
        }

        _settler!.Settle(delivery.Tag);
    }

    void IPublisherEvents.OnConfirmed(ulong sequence, bool multiple)
    {
        // The reply says more.
    }

    void IPublisherEvents.OnRefused(ulong sequence, bool multiple)
    {
        // It may be of a call before, whose time was over.
        if (_pending is { } call && (multiple ? call.Sequence <= sequence : call.Sequence == sequence))
        {
            call.End(Error(ReplyStatus.Overloaded, "The endpoint's queue is full."));
        }
    }

    void IPublisherEvents.OnReturned(in ReturnedMessage message)
    {
        if (_pending is { } call && message.Properties.CorrelationId == call.CorrelationId)
        {
            call.End(Error(ReplyStatus.EndpointNotFound, $"No queue takes requests to '{message.RoutingKey}'."));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_publisher is not null)
        {
            await _publisher.DisposeAsync();
        }

        if (_settler is not null)
        {
            await _settler.DisposeAsync();
        }

        if (_replies is not null)
        {
            await _replies.DisposeAsync();
        }

        await _connection.DisposeAsync();
    }

    private OutboundMessage RequestOf(DeadMessage message, string correlationId, TimeSpan timeout)
    {
        var timeoutMs = (long)timeout.TotalMilliseconds;
        var properties = message.Properties with
        {
            Type = message.Method,
            CorrelationId = correlationId,
            ReplyTo = _replyQueue,
            ExpirationMs = timeoutMs,
            Persistent = true,
            Headers =
            [
                .. message.RequestHeaders,
                new(HeaderNames.Deadline, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() + timeoutMs),
            ],
        };
        return new OutboundMessage(_names.Requests, message.Endpoint, Mandatory: true, properties, message.Body);
    }

    private static ErrorBody? EndingOf(in Delivery reply)
    {
        if (reply.Properties.Type is null or "" or "ok")
        {
            return null;
        }

        if (reply.Properties.ContentType == ContentTypes.Error && ErrorBody.TryDecode(reply.Body, out var error))
        {
            return error;
        }

        ReplyStatuses.TryParse(reply.Properties.Type, out var status);
        return Error(status, string.Create(CultureInfo.InvariantCulture, $"The reply says '{reply.Properties.Type}' and nothing more."));
    }

    private static ErrorBody Error(ReplyStatus status, string message) => new(status, message, status.IsRetryable());

    /// <summary>The call that is waited for.</summary>
    private sealed class PendingCall(string correlationId, ulong sequence)
    {
        private readonly TaskCompletionSource<ErrorBody?> _ending = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string CorrelationId => correlationId;

        /// <summary>The number of its request at the publisher.</summary>
        public ulong Sequence => sequence;

        public Task<ErrorBody?> Ending => _ending.Task;

        public void End(ErrorBody? error) => _ending.TrySetResult(error);
    }
}
