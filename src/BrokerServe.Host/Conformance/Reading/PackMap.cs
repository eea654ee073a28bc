using System.Buffers;
using MessagePack;

namespace BrokerServe.Host.Conformance.Reading;

/// <summary>Writes maps that the protocol's own writers cannot write: with keys of a later version, or of kinds that nobody knows.</summary>
internal static class PackMap
{
    /// <summary>The bytes.</summary>
    /// <param name="pairs">Keys and values: text, numbers, booleans, nil, arrays of these.</param>
    public static byte[] Of(params ReadOnlySpan<(string Key, object? Value)> pairs)
    {
        var bytes = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(bytes);
        writer.WriteMapHeader(pairs.Length);
        foreach (var (key, value) in pairs)
        {
            writer.Write(key);
            Write(ref writer, value);
        }

        writer.Flush();
        return bytes.WrittenSpan.ToArray();
    }

    private static void Write(ref MessagePackWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNil();
                break;
            case string text:
                writer.Write(text);
                break;
            case bool truth:
                writer.Write(truth);
                break;
            case double number:
                writer.Write(number);
                break;
            case object?[] array:
                writer.WriteArrayHeader(array.Length);
                foreach (var element in array)
                {
                    Write(ref writer, element);
                }

                break;
            default:
                writer.Write(Convert.ToUInt64(value, System.Globalization.CultureInfo.InvariantCulture));
                break;
        }
    }
}
