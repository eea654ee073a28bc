namespace BrokerServe.Transport;

/// <summary>A broker operation failed. The message is one line that an operator can act on; it never holds a password.</summary>
public sealed class BrokerException : Exception
{
    /// <summary>Names what failed and whose turn it is. For transports, and for what stands in for one in a test.</summary>
    public BrokerException(BrokerFault fault, string message, Exception? innerException = null)
        : base(message, innerException) => Fault = fault;

    /// <summary>The kind of failure.</summary>
    public BrokerFault Fault { get; }
}
