using System.Buffers;
using System.Globalization;
using System.Text;
using BrokerServe.Transport;
using RabbitMQ.Client;

namespace BrokerServe.RabbitMq;

/// <summary>Reads what came with a message. Whatever a stranger put there, it costs no more than a pass over one frame.</summary>
internal static class InboundProperties
{
    public static MessageProperties Read(IReadOnlyBasicProperties properties) => new()
    {
        ContentType = properties.ContentType,
        Type = properties.Type,
        CorrelationId = properties.CorrelationId,
        ReplyTo = properties.ReplyTo,
        MessageId = properties.MessageId,
        AppId = properties.AppId,
        ExpirationMs = Milliseconds(properties.Expiration),
        Persistent = properties.DeliveryMode == DeliveryModes.Persistent,
        Headers = properties.Headers is { Count: > 0 } headers ? Read(headers) : null,
    };

    private static long? Milliseconds(string? expiration) =>
        long.TryParse(expiration, NumberStyles.None, CultureInfo.InvariantCulture, out var ms) ? ms : null;

    private static HeaderTable Read(IDictionary<string, object?> headers)
    {
        var entries = ArrayPool<KeyValuePair<string, HeaderValue>>.Shared.Rent(headers.Count);
        var count = 0;
        var unreadBytes = 0;

        // The library's own table is a Dictionary, whose enumerator is a value.
        foreach (var (name, value) in (Dictionary<string, object?>)headers)
        {
            entries[count++] = new(name, Read(value, ref unreadBytes));
        }

        var table = HeaderTable.Create(entries.AsSpan(0, count), unreadBytes);
        ArrayPool<KeyValuePair<string, HeaderValue>>.Shared.Return(entries, clearArray: true);
        return table;
    }

    private static HeaderValue Read(object? value, ref int unreadBytes)
    {
        switch (value)
        {
            case byte[] text when TryRead(text) is { } read:
                return read;
            case bool truth:
                return truth;
            case int or long or short or sbyte or byte or uint or ushort:
                return Convert.ToInt64(value, CultureInfo.InvariantCulture);
            case byte[] garbled:
                unreadBytes += 4 + garbled.Length;
                return HeaderValue.Unsupported;
            case BinaryTableValue opaque: // Also nested tables and arrays, see HeaderFrame.
                unreadBytes += 4 + opaque.Bytes.Length;
                return HeaderValue.Unsupported;
            default:
                unreadBytes += value is null ? 0 : 8; // Floating and decimal numbers, points in time.
                return HeaderValue.Unsupported;
        }
    }

    private static string? TryRead(byte[] utf8) => System.Text.Unicode.Utf8.IsValid(utf8) ? Encoding.UTF8.GetString(utf8) : null;
}
