using System.Globalization;
using BrokerServe.Transport;
using RabbitMQ.Client;

namespace BrokerServe.RabbitMq.Consuming;

/// <summary>How AMQP 0-9-1 says where a reader of a stream begins, and where a delivery stands: by an argument, and by a header, of one name.</summary>
internal static class StreamOffset
{
    private const string Name = "x-stream-offset";

    /// <summary>The arguments of a consumer.</summary>
    public static Dictionary<string, object?>? Say(StreamPosition? from) => from switch
    {
        null => null,
        { Start: StreamStart.First } => new() { [Name] = "first" },
        { Start: StreamStart.Last } => new() { [Name] = "last" },
        { Offset: var offset } => new() { [Name] = offset },
    };

    /// <summary>The offset of a delivery; a queue that is no stream has none.</summary>
    public static long Of(IReadOnlyBasicProperties properties) =>
        properties.Headers is { } headers && headers.TryGetValue(Name, out var value) && value is long or int or uint
            ? Convert.ToInt64(value, CultureInfo.InvariantCulture)
            : Delivery.NoOffset;
}
