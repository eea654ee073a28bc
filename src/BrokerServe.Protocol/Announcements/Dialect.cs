namespace BrokerServe.Protocol.Announcements;

/// <summary>How a replica wants its queries.</summary>
public enum Dialect
{
    /// <summary>Many queries in one MessagePack message.</summary>
    Framed,

    /// <summary>One query per message, everything in AMQP properties.</summary>
    Plain,
}
