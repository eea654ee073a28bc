using System.Diagnostics;
using BrokerServe.Protocol.Pack;

namespace BrokerServe.Protocol.Frames;

/// <summary>Writes a request frame into memory of the caller: for each request <see cref="Begin"/>, its headers, <see cref="End"/>.</summary>
/// <remarks>
/// Room for <see cref="HeaderBytes"/> and, for each request, <see cref="MaxRequestBytes"/> is always enough.
/// </remarks>
public ref struct RequestFrameWriter
{
    /// <summary>No frame has more bytes around its requests.</summary>
    public const int HeaderBytes = (2 * PackWriter.MaxHeaderBytes) + PackWriter.MaxIntegerBytes;

    /// <summary>No header takes more bytes than this beside its name and its text.</summary>
    public const int MaxHeaderOverheadBytes = PackWriter.MaxHeaderBytes + PackWriter.MaxIntegerBytes;

    // Array, expiration, headers' count, payload.
    private const int MaxRequestOverheadBytes = (3 * PackWriter.MaxHeaderBytes) + PackWriter.MaxIntegerBytes;

    private PackWriter _writer;
    private int _requests;
    private int _headers;

    /// <summary>Starts a frame of exactly <paramref name="count"/> requests.</summary>
    public RequestFrameWriter(Span<byte> destination, int count)
    {
        _requests = count;
        _writer = new PackWriter(destination);
        _writer.WriteArrayHeader(2);
        _writer.WriteUInt64(ProtocolVersion.Current);
        _writer.WriteArrayHeader(count);
    }

    /// <summary>Bytes written so far. The frame is whole when as many requests were written as the constructor was told.</summary>
    public readonly int Length => _writer.Length;

    /// <summary>No request takes more bytes than this.</summary>
    /// <param name="texts">Correlation id, method, content type and message id: the sum of their lengths in UTF-16 units.</param>
    /// <param name="headerBytes">The headers' names and texts in UTF-8, and <see cref="MaxHeaderOverheadBytes"/> for each header.</param>
    /// <param name="payloadBytes">The payload.</param>
    public static int MaxRequestBytes(int texts, int headerBytes, int payloadBytes) =>
        MaxRequestOverheadBytes + (4 * PackWriter.MaxHeaderBytes) + (3 * texts) + headerBytes + payloadBytes;

    /// <summary>Begins a request.</summary>
    /// <param name="correlationId">Ties the answer to it.</param>
    /// <param name="expirationMs">What its own message would carry as expiration; null: none.</param>
    /// <param name="headers">How many headers follow.</param>
    public void Begin(string correlationId, long? expirationMs, int headers)
    {
        Debug.Assert(_requests > 0 && _headers == 0, "The frame announced fewer requests, or the last one fewer headers.");
        _requests--;
        _headers = headers;
        _writer.WriteArrayHeader(7);
        _writer.WriteText(correlationId);
        if (expirationMs is { } milliseconds)
        {
            _writer.WriteNatural(Math.Max(0, milliseconds));
        }
        else
        {
            _writer.WriteNil();
        }

        _writer.WriteMapHeader(headers);
    }

    /// <summary>Adds a header whose value is text.</summary>
    public void WriteHeader(string name, string text)
    {
        BeginHeader(name);
        _writer.WriteText(text);
    }

    /// <summary>Adds a header whose value is a whole number of 0 or more; below is written as 0.</summary>
    public void WriteHeader(string name, long number)
    {
        BeginHeader(name);
        _writer.WriteNatural(Math.Max(0, number));
    }

    /// <summary>Adds a header whose value is true or false.</summary>
    public void WriteHeader(string name, bool value)
    {
        BeginHeader(name);
        _writer.WriteBoolean(value);
    }

    /// <summary>Ends the request that was begun.</summary>
    /// <param name="method">The handler's method; null for the default.</param>
    /// <param name="contentType">What the payload is; null: not said.</param>
    /// <param name="messageId">The idempotency key; null: not said.</param>
    /// <param name="payload">The request's body; copied into the frame.</param>
    public void End(string? method, string? contentType, string? messageId, scoped ReadOnlySpan<byte> payload)
    {
        Debug.Assert(_headers == 0, "The request announced more headers.");
        _writer.WriteText(method);
        _writer.WriteText(contentType);
        _writer.WriteText(messageId);
        _writer.WriteBinary(payload);
    }

    private void BeginHeader(string name)
    {
        Debug.Assert(_headers > 0, "The request announced fewer headers.");
        _headers--;
        _writer.WriteText(name);
    }
}
