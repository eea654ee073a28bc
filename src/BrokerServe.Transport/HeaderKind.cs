namespace BrokerServe.Transport;

/// <summary>What a header's value is.</summary>
public enum HeaderKind
{
    /// <summary>UTF-8 text.</summary>
    Text,

    /// <summary>A whole number of any width, as a signed 64-bit one.</summary>
    Integer,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>Anything else that AMQP can say: read by nobody, never forwarded, counted in the size.</summary>
    Unsupported,
}
