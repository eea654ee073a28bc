namespace BrokerServe.Transport;

/// <summary>How a <see cref="StreamPosition"/> is said.</summary>
public enum StreamStart
{
    /// <summary>The oldest message.</summary>
    First,

    /// <summary>The newest message, with those that were stored together with it.</summary>
    Last,

    /// <summary>An offset.</summary>
    Offset,
}
