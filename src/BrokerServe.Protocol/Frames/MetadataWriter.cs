using System.Buffers.Text;
using System.Diagnostics;
using BrokerServe.Protocol.Pack;

namespace BrokerServe.Protocol.Frames;

/// <summary>Gathers the metadata of one call after the other, as the block that <see cref="Call.Metadata"/> takes.</summary>
/// <remarks>Keeps its memory, so that it allocates nothing once it has seen the largest. For one thread at a time.</remarks>
public sealed class MetadataWriter
{
    private const int LongestNumber = 20; // -9223372036854775808

    // The map's header stands right before the entries, and how long it is shows only in the end.
    private byte[] _block = new byte[PackWriter.MaxHeaderBytes + 256];
    private int _length = PackWriter.MaxHeaderBytes;

    /// <summary>Entries so far.</summary>
    public int Count { get; private set; }

    /// <summary>What names and values have together, in bytes of UTF-8: what <see cref="MetadataLimits"/> limits.</summary>
    public int TextBytes { get; private set; }

    /// <summary>Whether what was added is within <see cref="MetadataLimits"/>.</summary>
    public bool Fits => Count <= MetadataLimits.MaxEntries && TextBytes <= MetadataLimits.MaxBytes;

    /// <summary>Starts anew.</summary>
    public void Clear()
    {
        _length = PackWriter.MaxHeaderBytes;
        Count = TextBytes = 0;
    }

    /// <summary>Adds an entry.</summary>
    /// <param name="name">UTF-8.</param>
    /// <param name="value">UTF-8.</param>
    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        MakeRoom((2 * PackWriter.MaxHeaderBytes) + name.Length + value.Length);
        var writer = new PackWriter(_block.AsSpan(_length));
        writer.WriteText(name);
        writer.WriteText(value);
        _length += writer.Length;
        Count++;
        TextBytes += name.Length + value.Length;
    }

    /// <summary>Adds an entry whose value is a number, as digits.</summary>
    public void Add(ReadOnlySpan<byte> name, long value)
    {
        Span<byte> digits = stackalloc byte[LongestNumber];
        var isWritten = Utf8Formatter.TryFormat(value, digits, out var length);
        Debug.Assert(isWritten, "No number is longer.");
        Add(name, digits[..length]);
    }

    /// <summary>The block, lent until the next <see cref="Clear"/> or <c>Add</c>; empty when there are no entries.</summary>
    public ReadOnlySpan<byte> Block()
    {
        if (Count == 0)
        {
            return default;
        }

        Span<byte> header = stackalloc byte[PackWriter.MaxHeaderBytes];
        var writer = new PackWriter(header);
        writer.WriteMapHeader(Count);
        var start = PackWriter.MaxHeaderBytes - writer.Length;
        header[..writer.Length].CopyTo(_block.AsSpan(start));
        return _block.AsSpan(start.._length);
    }

    private void MakeRoom(int bytes)
    {
        if (_block.Length - _length < bytes)
        {
            Array.Resize(ref _block, Math.Max(_block.Length * 2, _length + bytes));
        }
    }
}
