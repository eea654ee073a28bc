using BrokerServe.Router.Dispatch;
using BrokerServe.Router.Sessions;
using BrokerServe.Transport;

namespace BrokerServe.Router.Egress;

// A request that lost its last replica takes two turns: its copy is confirmed in the dead queue, then its answer goes out. A router that dies
// in between leaves the request unsettled, so that nothing is answered that is not kept.
internal sealed partial class ReplyPublisher
{
    /// <summary>Takes a request whose copy is over, to be answered now. Any thread; allowed after <see cref="Complete"/>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="state"><see cref="CopyState.Kept"/> or <see cref="CopyState.Lost"/>.</param>
    public void TakeBack(Request request, CopyState state)
    {
        request.Copy = state;
        _mailbox.Post(request);
    }

    /// <summary>As <see cref="TakeBack"/>, for a copy that cannot be kept.</summary>
    public void GiveUpCopy(Request request, string reason)
    {
        LogCopyGivenUp(request.Endpoint, reason);
        TakeBack(request, CopyState.Lost);
    }

    private OutboundMessage MessageOf(Request request) =>
        request.Copy == CopyState.Sent ? DeadCopy.Of(request, names) : AnswerMessage.Of(request, names);

    private async ValueTask BeginCopyAsync(Request request)
    {
        if (request.Copy == CopyState.Due)
        {
            request.Copy = CopyState.Sent;
            _copiesOut++;
        }
        else if (request is { Copy: CopyState.Sent, WasRefused: true })
        {
            await DeclareDeadAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Says in the answer what became of the copy; false when the copy was all that there is to say.</summary>
    private bool EndCopy(Request request)
    {
        var kept = request.Copy == CopyState.Kept;
        request.Copy = CopyState.None;
        request.WasRefused = false; // That was the copy; the producer's answer has its own two tries.
        _copiesOut--;
        desk.ReturnCall(request);
        if (!kept)
        {
            return true; // Who has no return address leaves at least why.
        }

        if (request.ReplyTo is null)
        {
            desk.Finish(request);
            return false;
        }

        request.Error = RouterErrors.WithCopyKept(request.Error!);
        return true;
    }

    // Somebody may have deleted the queue to empty it, and otherwise it would be missing until this router's next connection.
    private async ValueTask DeclareDeadAsync()
    {
        try
        {
            await Topology.DeclareDeadAsync(_connection!, names, sharedQueues, _connection!.Closed).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is BrokerException or OperationCanceledException)
        {
            LogNoDeadQueue(exception.Message); // The copy is tried all the same, and says the rest.
        }
    }
}
