using System.Text;
using BrokerServe.Transport;

namespace BrokerServe.RabbitMq;

/// <summary>What depends on the version of RabbitMQ, read off what the server says of itself: the one place where we look at a version.</summary>
/// <remarks>
/// Everything else that differs between 3.10 and 4.x is kept out of the way by asking for the same on every version: <see cref="QueueArguments"/>
/// names queue types and delivery limits, and no message of ours has the AMQP property <c>priority</c>, on which 4.x acts. The table in
/// README.md says what differs, and <c>ServerLineSpecs</c> tries each of its lines.
/// </remarks>
internal static class ServerLine
{
    // The defaults of max_message_size, less 1. An operator's own value is told to nobody.
    private const int Line3BodyBytes = (128 * 1024 * 1024) - 1;
    private const int Line4BodyBytes = (16 * 1024 * 1024) - 1;

    /// <summary>What every version takes: in force until the first connection says more.</summary>
    public static BrokerLimits Least { get; } = new(Line4BodyBytes);

    private static BrokerLimits Line3 { get; } = new(Line3BodyBytes);

    /// <summary>What the server at the other end of a connection takes.</summary>
    /// <param name="serverProperties">What it said when the connection was opened. A version that makes no sense counts as the newest.</param>
    public static BrokerLimits LimitsOf(IDictionary<string, object?>? serverProperties) =>
        VersionOf(serverProperties)?.StartsWith("3.", StringComparison.Ordinal) is true ? Line3 : Least;

    /// <summary>What the server calls its version; null when it does not say.</summary>
    public static string? VersionOf(IDictionary<string, object?>? serverProperties) =>
        serverProperties is not null && serverProperties.TryGetValue("version", out var version) && version is byte[] said
            ? Encoding.UTF8.GetString(said)
            : null;
}
