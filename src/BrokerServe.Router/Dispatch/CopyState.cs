namespace BrokerServe.Router.Dispatch;

/// <summary>What becomes of the copy for the dead queue of a request that lost its last replica: confirmed there before it is answered.</summary>
internal enum CopyState : byte
{
    /// <summary>There is none, or it is confirmed and the answer is next.</summary>
    None,

    /// <summary>To be published before the answer.</summary>
    Due,

    /// <summary>Published, and not confirmed.</summary>
    Sent,

    /// <summary>Confirmed, or refused for good; the request is on its way back to the publishing loop.</summary>
    Done,
}
