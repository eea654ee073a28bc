using System.Text;

namespace BrokerServe.Transport;

/// <summary>What one message may measure. Larger ones are refused locally, because a broker answers them by closing the channel or the connection.</summary>
/// <remarks>Immutable. Whoever takes limits from a configuration checks them: RabbitMQ takes headers of 64 KiB at most.</remarks>
/// <param name="MaxBodyBytes">Largest body, 1 byte or more. Default 16 MiB less 1: RabbitMQ 4.x closes the channel above 16 MiB.</param>
/// <param name="MaxHeaderBytes">Largest content header (all properties and headers, encoded), 1 byte or more. Default 64 KiB: it must fit one
/// frame of 128 KiB, and a router adds headers of its own to what a producer sent.</param>
public sealed record BrokerLimits(int MaxBodyBytes = (16 * 1024 * 1024) - 1, int MaxHeaderBytes = 64 * 1024)
{
    /// <summary>Longest name, routing key, header name or text property: an AMQP short string has one byte for its length.</summary>
    public const int MaxShortStringBytes = 255;

    // No text of this length can exceed a short string: UTF-8 takes at most 3 bytes for a char.
    private const int SurelyShort = MaxShortStringBytes / 3;

    // Class, weight, body size and flags take 14 bytes, the delivery mode 2, the expiration at most 11; rounded up.
    private const int FixedHeaderBytes = 32;

    // Six short strings at their longest, with their length bytes.
    private const int MostPropertyBytes = FixedHeaderBytes + (6 * (MaxShortStringBytes + 1));

    /// <summary>Says why a message is too large to be sent; null when it is not. The same answer on every transport.</summary>
    public string? Refuse(in OutboundMessage message)
    {
        if (message.Body.Length > MaxBodyBytes)
        {
            return $"The body has {message.Body.Length} bytes; the limit is {MaxBodyBytes}.";
        }

        return IsSurelySmall(message) ? null : RefuseSlow(message);
    }

    private bool IsSurelySmall(in OutboundMessage message)
    {
        var properties = message.Properties;
        return message.Exchange.Length <= SurelyShort
            && message.RoutingKey.Length <= SurelyShort
            && IsSurelyShort(properties.ContentType)
            && IsSurelyShort(properties.Type)
            && IsSurelyShort(properties.CorrelationId)
            && IsSurelyShort(properties.ReplyTo)
            && IsSurelyShort(properties.MessageId)
            && IsSurelyShort(properties.AppId)
            && (properties.Headers is not { } headers
                || (headers.LongestNameBytes <= MaxShortStringBytes && headers.EncodedBytes <= MaxHeaderBytes - MostPropertyBytes));
    }

    private static bool IsSurelyShort(string? text) => text is null || text.Length <= SurelyShort;

    private string? RefuseSlow(in OutboundMessage message)
    {
        var properties = message.Properties;
        var bytes = FixedHeaderBytes;
        var refusal = Measure("exchange", message.Exchange, ref bytes) ?? Measure("routing key", message.RoutingKey, ref bytes);

        // Those two travel in a frame of their own.
        bytes = FixedHeaderBytes;
        refusal ??= Measure("content type", properties.ContentType, ref bytes)
            ?? Measure("type", properties.Type, ref bytes)
            ?? Measure("correlation id", properties.CorrelationId, ref bytes)
            ?? Measure("reply-to", properties.ReplyTo, ref bytes)
            ?? Measure("message id", properties.MessageId, ref bytes)
            ?? Measure("app id", properties.AppId, ref bytes);
        if (refusal is not null)
        {
            return refusal;
        }

        if (properties.Headers is { } headers)
        {
            bytes += headers.EncodedBytes;
            if (headers.LongestNameBytes > MaxShortStringBytes)
            {
                return $"A header's name has {headers.LongestNameBytes} bytes; the limit is {MaxShortStringBytes}.";
            }
        }

        return bytes <= MaxHeaderBytes ? null : $"Properties and headers have {bytes} bytes; the limit is {MaxHeaderBytes}.";
    }

    private static string? Measure(string what, string? text, ref int bytes)
    {
        var count = text is null ? 0 : Encoding.UTF8.GetByteCount(text) + 1;
        bytes += count;
        return count <= MaxShortStringBytes + 1 ? null : $"The {what} has {count - 1} bytes; the limit is {MaxShortStringBytes}.";
    }
}
