namespace BrokerServe.Protocol;

/// <summary>What can be told from a W3C <c>traceparent</c> before anything is made of it: https://www.w3.org/TR/trace-context/#traceparent-header.</summary>
public static class TraceParent
{
    // 00-TRACE(32)-SPAN(16)-FLAGS(2); later versions may add to it.
    private const int Length = 55;
    private const int LastFlag = Length - 1;

    /// <summary>Whether it is one, and says that whoever began the trace does not record it. Allocates nothing.</summary>
    public static bool IsUnsampled(ReadOnlySpan<byte> utf8) =>
        utf8.Length >= Length && utf8[2] == '-' && utf8[35] == '-' && utf8[52] == '-' && char.IsAsciiHexDigit((char)utf8[LastFlag])
        && (utf8[LastFlag] & 1) == (char.IsAsciiDigit((char)utf8[LastFlag]) ? 0 : 1); // 'a' is 97: of letters the odd ones are even digits.
}
