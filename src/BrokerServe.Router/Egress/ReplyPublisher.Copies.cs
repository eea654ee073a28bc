using BrokerServe.Router.Dispatch;
using BrokerServe.Transport;

namespace BrokerServe.Router.Egress;

// A request that lost its last replica takes two turns: its copy is confirmed in the dead queue, then its answer goes out. A router that dies
// in between leaves the request unsettled, so that nothing is answered that is not kept.
internal sealed partial class ReplyPublisher
{
    /// <summary>Takes a request whose copy is over, to be answered now. Any thread; allowed after <see cref="Complete"/>.</summary>
    public void TakeBack(Request request)
    {
        _mailbox.Post(request);
        Interlocked.Increment(ref _copiesBack); // After the post: who sees the number finds the request.
    }

    private OutboundMessage MessageOf(Request request) =>
        request.Copy == CopyState.Sent ? DeadCopy.Of(request, names) : AnswerMessage.Of(request, names);

    private void BeginCopy(Request request)
    {
        if (request.Copy == CopyState.Due)
        {
            request.Copy = CopyState.Sent;
            _copiesOut++;
        }
    }

    private void EndCopy(Request request)
    {
        request.Copy = CopyState.None;
        _copiesOut--;
        Interlocked.Decrement(ref _copiesBack);
    }
}
