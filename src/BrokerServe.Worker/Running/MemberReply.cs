using System.Runtime.ExceptionServices;

namespace BrokerServe.Worker.Running;

/// <summary>What became of one member of a batch.</summary>
/// <param name="Payload">Its reply, unless it failed.</param>
/// <param name="Failure">Why it failed; null when it did not.</param>
internal readonly record struct MemberReply(ReplyPayload Payload, Exception? Failure = null)
{
    /// <summary>The reply, for whoever awaits it as a handler's.</summary>
    public ReplyPayload PayloadOrThrow()
    {
        if (Failure is not null)
        {
            ExceptionDispatchInfo.Throw(Failure);
        }

        return Payload;
    }
}
