namespace BrokerServe.Router.Dispatch;

/// <summary>Where a request is in its life. It moves down this list; only a lost attempt takes it back from InFlight to Waiting.</summary>
internal enum RequestState : byte
{
    /// <summary>In its pool, being filled in, or between two of the places below.</summary>
    Unplaced,

    /// <summary>Beyond its backlog's bound: counted as waiting at the broker, dispatched when the backlog has room.</summary>
    Held,

    /// <summary>In the backlog.</summary>
    Waiting,

    /// <summary>Beside the backlog, for a replica of its own: the last attempt of a request that lost replicas.</summary>
    Aside,

    /// <summary>One attempt is at a replica.</summary>
    InFlight,

    /// <summary>Has its answer; nothing changes it any more.</summary>
    Answered,

    /// <summary>Given up without an answer, because the broker delivers it again or because it is a shadow.</summary>
    Dropped,
}
