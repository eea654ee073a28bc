using System.Text;

namespace BrokerServe.Router.Egress;

/// <summary>Remembers the last text that was read: content types seldom change from one reply to the next.</summary>
internal sealed class TextCache
{
    private byte[] _utf8 = [];
    private string? _text;

    /// <summary>The text of these bytes; null for none.</summary>
    public string? Get(ReadOnlySpan<byte> utf8)
    {
        if (!utf8.SequenceEqual(_utf8))
        {
            _utf8 = utf8.ToArray();
            _text = utf8.IsEmpty ? null : Encoding.UTF8.GetString(utf8);
        }

        return _text;
    }
}
