namespace BrokerServe.Host.Conformance.Producer;

/// <summary>Ways in which the kit answers a request.</summary>
internal enum Ending
{
    /// <summary>As a router does when all goes well.</summary>
    Ok,

    /// <summary>With an error and its body.</summary>
    Error,

    /// <summary>With a code that is in no table.</summary>
    UnknownCode,

    /// <summary>With an error whose body cannot be read.</summary>
    UnreadableError,

    /// <summary>Well, with headers or fields of a later version.</summary>
    LaterVersion,

    /// <summary>Well, twice.</summary>
    Twice,

    /// <summary>Well, when its time is over.</summary>
    Late,
}
