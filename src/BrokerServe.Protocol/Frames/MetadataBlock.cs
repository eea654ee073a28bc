using System.Text;
using BrokerServe.Protocol.Pack;

namespace BrokerServe.Protocol.Frames;

/// <summary>Reads the metadata of a call: a map of text to text within <see cref="MetadataLimits"/>.</summary>
internal static class MetadataBlock
{
    /// <summary>Checks a map, or nil, and lends its bytes; nil and an empty map come out empty.</summary>
    public static bool TryRead(scoped ref PackReader reader, out ReadOnlySpan<byte> block)
    {
        block = default;
        if (reader.TryReadNil())
        {
            return true;
        }

        var whole = reader.Rest;
        if (!reader.TryReadMapHeader(out var count) || count > MetadataLimits.MaxEntries)
        {
            return false;
        }

        var bytes = 0L;
        for (var i = 0; i < count; i++)
        {
            if (!reader.TryReadText(out var name) || !reader.TryReadText(out var value))
            {
                return false;
            }

            bytes += name.Length + value.Length;
        }

        block = count == 0 ? default : whole[..^reader.Rest.Length];
        return bytes <= MetadataLimits.MaxBytes;
    }

    /// <summary>Makes a dictionary of a block; of a name that stands there twice the last value counts. What is malformed is left out.</summary>
    public static Dictionary<string, string> Read(ReadOnlySpan<byte> block)
    {
        var reader = new PackReader(block);
        reader.TryReadMapHeader(out var count);
        var metadata = new Dictionary<string, string>(Math.Min(count, MetadataLimits.MaxEntries), StringComparer.Ordinal);
        for (var i = 0; i < count && reader.TryReadText(out var name) && reader.TryReadText(out var value); i++)
        {
            metadata[Encoding.UTF8.GetString(name)] = Encoding.UTF8.GetString(value);
        }

        return metadata;
    }
}
