using BrokerServe.Protocol;
using BrokerServe.Router.Dispatch;
using BrokerServe.Router.Mailboxes;
using BrokerServe.Transport;
using BrokerServe.Transport.Supervision;
using Microsoft.Extensions.Logging;

namespace BrokerServe.Router.Egress;

/// <summary>The publishing loop for answers: writes them to their producers, those that are ready together in one message if the producer
/// reads frames, and waits for the broker's confirm.</summary>
/// <remarks>
/// Bounded by the requests that were admitted. Confirms are never awaited one by one: <see cref="ConfirmWindow"/> tracks them. What a lost
/// connection left unconfirmed is published again on the next where the endpoint promises it; a producer drops repeats by correlation id. At
/// most once, confirms only set the pace of frames; what travels alone has no pace, and goes out on a channel without confirms.
/// </remarks>
/// <param name="repeats">At least once: what was not confirmed is published again.</param>
/// <param name="names">Where unanswerable answers go.</param>
/// <param name="sharedQueues">Of what type the dead queue is.</param>
/// <param name="desk">Where requests end.</param>
/// <param name="logger">The router's log.</param>
internal sealed partial class ReplyPublisher(bool repeats, ObjectNames names, QueueType sharedQueues, AnswerDesk desk, ILogger logger)
{
    private readonly Mailbox<Request> _mailbox = new();
    private readonly List<Request> _again = [];
    private readonly AnswerDrafts _drafts = new();
    private volatile bool _connected;
    private int _copiesOut; // The publishing loop's own: requests whose copy was published, and that have not come back to be answered.
    private IBrokerConnection? _connection;
    private IPublisher? _unconfirmed; // At most once only, and while there is a connection.

    /// <summary>Everything was published, or there is no channel to publish on. Any thread.</summary>
    public bool IsQuiet(ref long sleeps) => _mailbox.IsQuiet(ref sleeps) || !_connected;

    /// <summary>Adds an answered request. Any thread.</summary>
    public void Post(Request request) => _mailbox.Post(request);

    /// <summary>No more will be posted; <see cref="RunAsync"/> ends when all was published and confirmed.</summary>
    public void Complete() => _mailbox.Complete();

    /// <summary>Publishes on one connection until it closes, or until the mailbox is complete and everything is confirmed.</summary>
    public async Task RunAsync(IBrokerConnection connection, CancellationToken cancellationToken)
    {
        _connection = connection;
        var window = new ConfirmWindow(desk, _mailbox.Nudge);
        var publisher = await connection.OpenPublisherAsync(new PublisherOptions(Confirms: true), window, cancellationToken).ConfigureAwait(false);
        try
        {
            // Of the two channels the one that closes takes the connection with it: see PublishingSide.
            _unconfirmed = repeats
                ? null
                : await connection.OpenPublisherAsync(new PublisherOptions(Confirms: false), window, cancellationToken).ConfigureAwait(false);
            _connected = true;
            using var closed = CancellationTokenSource.CreateLinkedTokenSource(publisher.Closed, _unconfirmed?.Closed ?? CancellationToken.None);
            await PublishAllAsync(publisher, window, closed.Token).ConfigureAwait(false);
        }
        finally
        {
            _connected = false;
            await CloseUnconfirmedAsync().ConfigureAwait(false);
            await publisher.DisposeAsync().ConfigureAwait(false);
            TakeDrafted();
            _drafts.ForgetPipelines();
            TakeUnconfirmed(window);
        }
    }

    private async Task PublishAllAsync(IPublisher publisher, ConfirmWindow window, CancellationToken closed)
    {
        using var nudge = closed.UnsafeRegister(static mailbox => ((Mailbox<Request>)mailbox!).Nudge(), _mailbox);
        var again = _again.ToArray();
        _again.Clear();
        foreach (var request in again)
        {
            await PublishOrDraftAsync(publisher, window, request).ConfigureAwait(false);
        }

        await PublishDraftsAsync(publisher, window, all: false).ConfigureAwait(false);

        while (!closed.IsCancellationRequested && await _mailbox.WaitAsync().ConfigureAwait(false))
        {
            while (!closed.IsCancellationRequested && _mailbox.TryTake(out var request))
            {
                await PublishOrDraftAsync(publisher, window, request).ConfigureAwait(false);
            }

            await PublishDraftsAsync(publisher, window, all: false).ConfigureAwait(false);
        }

        await PublishDraftsAsync(publisher, window, all: true).ConfigureAwait(false);

        // What is confirmed or refused now may come back once more: a copy to be answered, an answer to be tried again.
        while ((!window.IsEmpty || _copiesOut > 0) && !closed.IsCancellationRequested)
        {
            await window.WaitForConfirmAsync(() => !_mailbox.IsEmpty || (window.IsEmpty && _copiesOut == 0), closed).ConfigureAwait(false);
            while (!closed.IsCancellationRequested && _mailbox.TryTake(out var request))
            {
                await PublishOrDraftAsync(publisher, window, request).ConfigureAwait(false);
            }

            await PublishDraftsAsync(publisher, window, all: true).ConfigureAwait(false);
        }
    }

    private ValueTask PublishOrDraftAsync(IPublisher publisher, ConfirmWindow window, Request request)
    {
        if (request.Copy is CopyState.Kept or CopyState.Lost && !EndCopy(request))
        {
            return ValueTask.CompletedTask;
        }

        if (!AnswerDrafts.Takes(request))
        {
            return PublishAsync(publisher, window, request);
        }

        return _drafts.Add(request) is { } ready ? PublishAsync(publisher, window, ready) : ValueTask.CompletedTask;
    }

    private async ValueTask PublishDraftsAsync(IPublisher publisher, ConfirmWindow window, bool all)
    {
        while (_drafts.TryTake(all, out var draft))
        {
            await PublishAsync(publisher, window, draft).ConfigureAwait(false);
        }
    }

    private async ValueTask PublishAsync(IPublisher publisher, ConfirmWindow window, AnswerDraft draft)
    {
        // Also one alone: a frame is written without making a string of its ids.
        var first = draft.First!;
        var pipeline = draft.Pipeline;
        var sequence = publisher.NextSequence;
        await WaitForRoomAsync(publisher, window, sequence).ConfigureAwait(false);
        if (publisher.Closed.IsCancellationRequested)
        {
            _drafts.Return(draft);
            AddAgain(first);
            return;
        }

        var frame = draft.Encode();
        var message = AnswerMessage.Of(draft.ReplyTo, frame.Memory);
        _drafts.Return(draft);
        await PublishFrameAsync(publisher, window, sequence, first, pipeline, message).ConfigureAwait(false);
        frame.Return();
    }

    private async ValueTask PublishFrameAsync(
        IPublisher publisher, ConfirmWindow window, ulong sequence, Request first, Pipeline pipeline, OutboundMessage message)
    {
        window.Add(sequence, first, pipeline);
        var endpoint = first.Endpoint; // Once published, the requests may be confirmed, recycled and others'.
        try
        {
            await publisher.PublishAsync(message).ConfigureAwait(false);
        }
        catch (BrokerException exception) when (exception.Fault == BrokerFault.TooLarge)
        {
            // A transport whose messages are smaller than our frames: one by one, then.
            window.Withdraw(sequence);
            await PublishOneByOneAsync(publisher, window, first).ConfigureAwait(false);
        }
        catch (BrokerException exception)
        {
            LogNotWritten(endpoint, exception.Message); // The window still holds them.
        }
    }

    private async ValueTask PublishOneByOneAsync(IPublisher publisher, ConfirmWindow window, Request first)
    {
        for (var request = (Request?)first; request is not null;)
        {
            var next = ConfirmWindow.Unlink(request);
            await PublishAsync(publisher, window, request).ConfigureAwait(false);
            request = next;
        }
    }

    private void AddAgain(Request first)
    {
        for (var request = (Request?)first; request is not null; request = ConfirmWindow.Unlink(request))
        {
            _again.Add(request);
        }
    }

    private void TakeUnconfirmed(ConfirmWindow window)
    {
        if (repeats)
        {
            window.TakeUnconfirmed(_again);
            return;
        }

        // At most once: nobody tries again what may have arrived.
        List<Request> lost = [];
        window.TakeUnconfirmed(lost);
        lost.ForEach(desk.Finish);
    }

    // What was put together when the connection went, and never published.
    private void TakeDrafted()
    {
        while (_drafts.TryTake(all: true, out var draft))
        {
            AddAgain(draft.First!);
            _drafts.Return(draft);
        }
    }

    private static ValueTask WaitForRoomAsync(IPublisher publisher, ConfirmWindow window, ulong sequence) =>
        window.HasRoom(sequence) ? ValueTask.CompletedTask : AwaitRoomAsync(publisher, window, sequence);

    // Apart, because its closure would otherwise cost every answer an allocation.
    private static async ValueTask AwaitRoomAsync(IPublisher publisher, ConfirmWindow window, ulong sequence)
    {
        while (!window.HasRoom(sequence) && !publisher.Closed.IsCancellationRequested)
        {
            await window.WaitForConfirmAsync(() => window.HasRoom(sequence), publisher.Closed).ConfigureAwait(false);
        }
    }

    [LoggerMessage(1111, LogLevel.Debug, "The connection was lost with an answer of endpoint {Endpoint} on it: {Reason}")]
    private partial void LogNotWritten(string endpoint, string reason);

    [LoggerMessage(1113, LogLevel.Error, "The copy of a request of endpoint {Endpoint} cannot be kept in the dead queue: {Reason}")]
    private partial void LogCopyGivenUp(string endpoint, string reason);

    [LoggerMessage(1114, LogLevel.Warning, "The dead queue cannot be declared again: {Reason}")]
    private partial void LogNoDeadQueue(string reason);

    [LoggerMessage(1112, LogLevel.Error, "An answer of endpoint {Endpoint} cannot be sent and is given up: {Reason}")]
    private partial void LogUnpublishable(string endpoint, string reason);
}
