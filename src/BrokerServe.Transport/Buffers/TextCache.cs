using System.Text;

namespace BrokerServe.Transport.Buffers;

/// <summary>Strings for UTF-8 that comes again and again (endpoints, content types, reply keys), made once.</summary>
/// <remarks>For one thread at a time. What does not fit pushes out what was there, so it never holds more than its places.</remarks>
public sealed class TextCache
{
    private const int Places = 64; // A few endpoints and content types for each of a few peers; a power of two.

    /// <summary>Longer text is made anew each time: what comes again and again is short, and so the cache stays at about 100 KB.</summary>
    private const int MaxBytes = 512;

    private readonly (byte[] Utf8, string Text)[] _entries = new (byte[], string)[Places];

    /// <summary>The text of these bytes; empty for none.</summary>
    public string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
        {
            return "";
        }

        if (utf8.Length > MaxBytes)
        {
            return Encoding.UTF8.GetString(utf8);
        }

        // Length and the last bytes tell apart what systems name alike: greet-v1, greet-v2.
        var place = ((utf8.Length * 31) + utf8[^1] + (utf8[utf8.Length / 2] * 7)) & (Places - 1);
        ref var entry = ref _entries[place];
        if (entry.Utf8 is null || !utf8.SequenceEqual(entry.Utf8))
        {
            entry = (utf8.ToArray(), Encoding.UTF8.GetString(utf8));
        }

        return entry.Text;
    }

    /// <summary>The text of these bytes; null for none.</summary>
    public string? GetOrNull(ReadOnlySpan<byte> utf8) => utf8.IsEmpty ? null : Get(utf8);
}
