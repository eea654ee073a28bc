using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;

namespace BrokerServe.Transport;

/// <summary>A few named values beside a message. Immutable, so that one table can serve many messages.</summary>
/// <remarks>
/// Looked up by scanning: there are seldom more than ten, and no hash is cheaper than that. Case counts in names; of two alike the first is found.
/// </remarks>
[CollectionBuilder(typeof(HeaderTable), nameof(Create))]
public sealed class HeaderTable : IEnumerable<KeyValuePair<string, HeaderValue>>
{
    private readonly KeyValuePair<string, HeaderValue>[] _entries;

    private HeaderTable(KeyValuePair<string, HeaderValue>[] entries, int encodedBytes, int longestNameBytes)
    {
        _entries = entries;
        EncodedBytes = encodedBytes;
        LongestNameBytes = longestNameBytes;
    }

    /// <summary>How many headers there are.</summary>
    public int Count => _entries.Length;

    /// <summary>About how many bytes the table takes on the wire (AMQP 0-9-1 field table), values that are not read included.</summary>
    public int EncodedBytes { get; }

    /// <summary>The bytes of the longest header's name, so that <see cref="BrokerLimits.Refuse"/> need not look at each.</summary>
    internal int LongestNameBytes { get; }

    /// <summary>Makes a table of what is given.</summary>
    public static HeaderTable Create(ReadOnlySpan<KeyValuePair<string, HeaderValue>> entries) => Create(entries, unreadBytes: 0);

    /// <summary>Makes a table of what is given, and counts bytes of values that were not kept.</summary>
    /// <param name="entries">The headers; copied.</param>
    /// <param name="unreadBytes">What the values that were not kept took on the wire, 0 or more; for <see cref="EncodedBytes"/>.</param>
    public static HeaderTable Create(ReadOnlySpan<KeyValuePair<string, HeaderValue>> entries, int unreadBytes)
    {
        var bytes = 4 + unreadBytes;
        var longest = 0;
        foreach (var (name, value) in entries)
        {
            var nameBytes = Encoding.UTF8.GetByteCount(name);
            longest = Math.Max(longest, nameBytes);
            bytes += 2 + nameBytes + value.Kind switch
            {
                HeaderKind.Text => 4 + Encoding.UTF8.GetByteCount(value.Text),
                HeaderKind.Integer => 8,
                _ => 1,
            };
        }

        return new HeaderTable(entries.ToArray(), bytes, longest);
    }

    /// <summary>Finds a header of any kind.</summary>
    public bool TryGet(string name, out HeaderValue value)
    {
        foreach (var entry in _entries)
        {
            if (string.Equals(entry.Key, name, StringComparison.Ordinal))
            {
                value = entry.Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>Finds a header that is text; false also when it is something else.</summary>
    public bool TryGetText(string name, [NotNullWhen(true)] out string? text)
    {
        text = TryGet(name, out var value) && value.Kind == HeaderKind.Text ? value.Text : null;
        return text is not null;
    }

    /// <summary>Finds a header that is a whole number; false, with 0, also when it is something else.</summary>
    public bool TryGetInteger(string name, out long number)
    {
        var found = TryGet(name, out var value) && value.Kind == HeaderKind.Integer;
        number = value.Integer;
        return found;
    }

    /// <summary>The headers in the order they came.</summary>
    public ReadOnlySpan<KeyValuePair<string, HeaderValue>> AsSpan() => _entries;

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, HeaderValue>> GetEnumerator() =>
        ((IEnumerable<KeyValuePair<string, HeaderValue>>)_entries).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
