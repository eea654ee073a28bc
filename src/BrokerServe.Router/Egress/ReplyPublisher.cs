using BrokerServe.Protocol;
using BrokerServe.Router.Dispatch;
using BrokerServe.Router.Mailboxes;
using BrokerServe.Transport;
using Microsoft.Extensions.Logging;

namespace BrokerServe.Router.Egress;

/// <summary>The publishing loop for answers: writes each to its producer and, where the endpoint promises it, waits for the broker's confirm.</summary>
/// <remarks>
/// Bounded by the requests that were admitted. Confirms are never awaited one by one: <see cref="ConfirmWindow"/> tracks them. What a lost
/// connection left unconfirmed is published again on the next; a producer drops repeats by correlation id.
/// </remarks>
internal sealed partial class ReplyPublisher(bool confirms, ObjectNames names, AnswerDesk desk, ILogger logger)
{
    private readonly Mailbox<Request> _mailbox = new();
    private readonly List<Request> _again = [];

    /// <summary>Adds an answered request. Any thread.</summary>
    public void Post(Request request) => _mailbox.Post(request);

    /// <summary>No more will be posted; <see cref="RunAsync"/> ends when all was published and confirmed.</summary>
    public void Complete() => _mailbox.Complete();

    /// <summary>Publishes on one connection until it closes, or until the mailbox is complete and everything is confirmed.</summary>
    public async Task RunAsync(IBrokerConnection connection, CancellationToken cancellationToken)
    {
        var window = new ConfirmWindow(desk);
        var publisher = await connection.OpenPublisherAsync(new PublisherOptions(confirms), window, cancellationToken).ConfigureAwait(false);
        try
        {
            await PublishAllAsync(publisher, window).ConfigureAwait(false);
        }
        finally
        {
            await publisher.DisposeAsync().ConfigureAwait(false);
            window.TakeUnconfirmed(_again);
        }
    }

    private async Task PublishAllAsync(IPublisher publisher, ConfirmWindow window)
    {
        using var nudge = publisher.Closed.UnsafeRegister(static mailbox => ((Mailbox<Request>)mailbox!).Nudge(), _mailbox);
        var again = _again.ToArray();
        _again.Clear();
        foreach (var request in again)
        {
            await PublishAsync(publisher, window, request).ConfigureAwait(false);
        }

        while (!publisher.Closed.IsCancellationRequested && await _mailbox.WaitAsync().ConfigureAwait(false))
        {
            while (!publisher.Closed.IsCancellationRequested && _mailbox.TryTake(out var request))
            {
                await PublishAsync(publisher, window, request).ConfigureAwait(false);
            }
        }

        while (!window.IsEmpty && !publisher.Closed.IsCancellationRequested)
        {
            await window.WaitForConfirmAsync(() => window.IsEmpty, publisher.Closed).ConfigureAwait(false);
        }
    }

    private async ValueTask PublishAsync(IPublisher publisher, ConfirmWindow window, Request request)
    {
        var sequence = publisher.NextSequence;
        if (confirms && !window.HasRoom(sequence))
        {
            await WaitForRoomAsync(publisher, window, sequence).ConfigureAwait(false);
        }

        if (publisher.Closed.IsCancellationRequested)
        {
            _again.Add(request);
            return;
        }

        if (confirms)
        {
            window.Add(sequence, request);
        }

        var endpoint = request.Endpoint; // Once published, the request may be confirmed, recycled and another's.
        try
        {
            await publisher.PublishAsync(AnswerMessage.Of(request, names)).ConfigureAwait(false);
        }
        catch (BrokerException exception) when (exception.Fault == BrokerFault.TooLarge)
        {
            await RefuseTooLargeAsync(publisher, window, request, sequence, exception).ConfigureAwait(false);
            return;
        }
        catch (BrokerException exception)
        {
            LogNotWritten(endpoint, exception.Message);
            if (!confirms)
            {
                desk.Finish(request); // At most once: nobody tries again.
            }

            return; // Confirmed endpoints: the window still holds it, for the next connection.
        }

        if (!confirms)
        {
            desk.Finish(request);
        }
    }

    // Apart, because its closure would otherwise cost every answer an allocation.
    private static async ValueTask WaitForRoomAsync(IPublisher publisher, ConfirmWindow window, ulong sequence)
    {
        while (!window.HasRoom(sequence) && !publisher.Closed.IsCancellationRequested)
        {
            await window.WaitForConfirmAsync(() => window.HasRoom(sequence), publisher.Closed).ConfigureAwait(false);
        }
    }

    private async ValueTask RefuseTooLargeAsync(
        IPublisher publisher, ConfirmWindow window, Request request, ulong sequence, BrokerException exception)
    {
        if (confirms)
        {
            window.Withdraw(sequence); // Nothing was sent and no number spent.
        }

        if (request.Error is not null)
        {
            LogUnpublishable(request.Endpoint, exception.Message);
            desk.Finish(request);
            return;
        }

        request.ReplyPayload.Return();
        request.ReplyPayload = default;
        request.ReplyContentType = null;
        request.Status = ReplyStatus.PayloadTooLarge;
        request.Error = new ErrorBody(ReplyStatus.PayloadTooLarge, $"The reply cannot be sent: {exception.Message}", Retryable: false);
        await PublishAsync(publisher, window, request).ConfigureAwait(false);
    }

    [LoggerMessage(1111, LogLevel.Debug, "The connection was lost with an answer of endpoint {Endpoint} on it: {Reason}")]
    private partial void LogNotWritten(string endpoint, string reason);

    [LoggerMessage(1112, LogLevel.Error, "An answer of endpoint {Endpoint} cannot be sent and is given up: {Reason}")]
    private partial void LogUnpublishable(string endpoint, string reason);
}
