using System.Text;

namespace BrokerServe.Transport.Buffers;

/// <summary>A short text of somebody else's (an id, a key), kept as the UTF-8 that it came as, in memory that serves the next one, too.</summary>
/// <remarks>
/// A field of a pooled object, never copied: what is kept in it lives until the next <c>Set</c> or <see cref="Clear"/>. The memory grows
/// to the longest text that it held, and AMQP's short strings bound that.
/// </remarks>
public struct ShortText
{
    private const int FirstBytes = 48; // An id with a prefix, or a UUID as text, without growing.

    private byte[]? _utf8;
    private int _length;
    private string? _text; // What it was set from, when that was a string; then nobody need make another.

    /// <summary>Bytes of UTF-8; 0 when there is no text.</summary>
    public readonly int Length => _length;

    /// <summary>There is no text.</summary>
    public readonly bool IsEmpty => _length == 0;

    /// <summary>The text, lent until it is set or cleared.</summary>
    public readonly ReadOnlySpan<byte> Utf8 => new(_utf8, 0, _length);

    /// <summary>Makes one, for a text that is at hand as a string.</summary>
    public static ShortText Of(string? text)
    {
        var made = default(ShortText);
        made.Set(text);
        return made;
    }

    /// <summary>Keeps a copy of a text.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="text">The same as a string, if somebody has made one.</param>
    public void Set(ReadOnlySpan<byte> utf8, string? text = null)
    {
        MakeRoom(utf8.Length);
        utf8.CopyTo(_utf8);
        _length = utf8.Length;
        _text = text;
    }

    /// <summary>Keeps a text as UTF-8; null is none.</summary>
    public void Set(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            Clear();
            return;
        }

        MakeRoom(Encoding.UTF8.GetMaxByteCount(text.Length));
        _length = Encoding.UTF8.GetBytes(text, _utf8);
        _text = text;
    }

    /// <summary>Forgets the text, keeps the memory.</summary>
    public void Clear()
    {
        _length = 0;
        _text = null;
    }

    /// <summary>The string that it was set from; a new one when it was set from bytes.</summary>
    public override readonly string ToString() => _text ?? Encoding.UTF8.GetString(Utf8);

    /// <summary>As <see cref="ToString"/>; null when there is no text.</summary>
    public readonly string? ToStringOrNull() => _length == 0 ? null : ToString();

    private void MakeRoom(int bytes)
    {
        if (_utf8 is null || _utf8.Length < bytes)
        {
            _utf8 = new byte[Math.Max(FirstBytes, bytes)];
        }
    }
}
