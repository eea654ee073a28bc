namespace BrokerServe.Router.Dispatch;

/// <summary>What becomes of the copy for the dead queue of a request that lost its last replica: over before the request is answered.</summary>
internal enum CopyState : byte
{
    /// <summary>There is none, or it is over and the answer is next.</summary>
    None,

    /// <summary>To be published before the answer.</summary>
    Due,

    /// <summary>Published, and not confirmed.</summary>
    Sent,

    /// <summary>Confirmed in the dead queue; the request is on its way back to the publishing loop.</summary>
    Kept,

    /// <summary>It cannot be kept (too large, or twice refused or returned); the request is on its way back to the publishing loop.</summary>
    Lost,
}
