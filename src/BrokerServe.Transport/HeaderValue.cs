namespace BrokerServe.Transport;

/// <summary>One header's value. Clients of many languages agree on text, booleans and whole numbers only.</summary>
public readonly record struct HeaderValue
{
    private readonly string? _text;
    private readonly long _number;

    private HeaderValue(HeaderKind kind, string? text, long number)
    {
        Kind = kind;
        _text = text;
        _number = number;
    }

    /// <summary>Stands for a value that BrokerServe does not read.</summary>
    public static HeaderValue Unsupported { get; } = new(HeaderKind.Unsupported, null, 0);

    /// <summary>What the value is.</summary>
    public HeaderKind Kind { get; }

    /// <summary>The text; empty when the value is something else.</summary>
    public string Text => _text ?? "";

    /// <summary>The number; 0 when the value is something else.</summary>
    public long Integer => Kind == HeaderKind.Integer ? _number : 0;

    /// <summary>The boolean; false when the value is something else.</summary>
    public bool Boolean => Kind == HeaderKind.Boolean && _number != 0;

    /// <summary>A text value.</summary>
    public static implicit operator HeaderValue(string text) => new(HeaderKind.Text, text, 0);

    /// <summary>A whole number; keep to 0..2^53, beyond which JavaScript cannot count.</summary>
    public static implicit operator HeaderValue(long number) => new(HeaderKind.Integer, null, number);

    /// <summary>A boolean value.</summary>
    public static implicit operator HeaderValue(bool value) => new(HeaderKind.Boolean, null, value ? 1 : 0);
}
