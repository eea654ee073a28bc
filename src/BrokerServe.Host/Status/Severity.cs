namespace BrokerServe.Host.Status;

/// <summary>How bad something is.</summary>
internal enum Severity
{
    /// <summary>Nothing is wrong; it is good to know.</summary>
    Note,

    /// <summary>It works, and will not for long, or not for everybody.</summary>
    Warning,

    /// <summary>Calls wait or fail now.</summary>
    Error,
}
