using BrokerServe.Protocol;
using BrokerServe.Router.Dispatch;
using BrokerServe.Transport;

namespace BrokerServe.Router.Egress;

// Answers that travel alone: to plain producers, and what is too large for company.
internal sealed partial class ReplyPublisher
{
    private ValueTask PublishAsync(IPublisher publisher, ConfirmWindow window, Request request) =>
        _unconfirmed is { } unconfirmed ? PublishUnconfirmedAsync(unconfirmed, request) : PublishConfirmedAsync(publisher, window, request);

    private async ValueTask PublishUnconfirmedAsync(IPublisher publisher, Request request)
    {
        if (publisher.Closed.IsCancellationRequested)
        {
            _again.Add(request);
            return;
        }

        try
        {
            await publisher.PublishAsync(AnswerMessage.Of(request, names)).ConfigureAwait(false);
        }
        catch (BrokerException exception) when (exception.Fault == BrokerFault.TooLarge)
        {
            if (TryMakeError(request, exception))
            {
                await PublishUnconfirmedAsync(publisher, request).ConfigureAwait(false);
                return;
            }
        }
        catch (BrokerException exception)
        {
            LogNotWritten(request.Endpoint, exception.Message); // Nobody tries again what may have arrived.
        }

        desk.Finish(request);
    }

    private async ValueTask PublishConfirmedAsync(IPublisher publisher, ConfirmWindow window, Request request)
    {
        var sequence = publisher.NextSequence;
        await WaitForRoomAsync(publisher, window, sequence).ConfigureAwait(false);
        if (publisher.Closed.IsCancellationRequested)
        {
            _again.Add(request);
            return;
        }

        await BeginCopyAsync(request).ConfigureAwait(false);
        window.Add(sequence, request, pipeline: null);
        var endpoint = request.Endpoint; // Once published, the request may be confirmed, recycled and another's.
        try
        {
            await publisher.PublishAsync(MessageOf(request)).ConfigureAwait(false);
        }
        catch (BrokerException exception) when (exception.Fault == BrokerFault.TooLarge)
        {
            await RefuseTooLargeAsync(publisher, window, request, sequence, exception).ConfigureAwait(false);
        }
        catch (BrokerException exception)
        {
            LogNotWritten(endpoint, exception.Message); // The window still holds it.
        }
    }

    private async ValueTask RefuseTooLargeAsync(
        IPublisher publisher, ConfirmWindow window, Request request, ulong sequence, BrokerException exception)
    {
        window.Withdraw(sequence); // Nothing was sent and no number spent.
        if (request.Copy != CopyState.None)
        {
            GiveUpCopy(request, exception.Message);
            return;
        }

        if (TryMakeError(request, exception))
        {
            await PublishConfirmedAsync(publisher, window, request).ConfigureAwait(false);
        }
        else
        {
            desk.Finish(request);
        }
    }

    /// <summary>Makes an error of an answer that is too large to send; false when it is one already: it is given up.</summary>
    private bool TryMakeError(Request request, BrokerException exception)
    {
        if (request.Error is not null)
        {
            LogUnpublishable(request.Endpoint, exception.Message);
            return false;
        }

        request.ReplyPayload.Return();
        request.ReplyPayload = default;
        request.ReplyContentType = null;
        request.Status = ReplyStatus.PayloadTooLarge;
        request.Error = new ErrorBody(ReplyStatus.PayloadTooLarge, $"The reply cannot be sent: {exception.Message}", Retryable: false);
        return true;
    }

    private async ValueTask CloseUnconfirmedAsync()
    {
        if (_unconfirmed is { } unconfirmed)
        {
            _unconfirmed = null;
            await unconfirmed.DisposeAsync().ConfigureAwait(false);
        }
    }
}
