namespace BrokerServe.Protocol.Frames;

/// <summary>The part of a query that stays the same for every attempt: what was asked for, and everything the handler is told about it.</summary>
/// <remarks>Text is given as strings where it comes from AMQP properties; null is "not said".</remarks>
public readonly ref struct Call
{
    /// <summary>The request's body, opaque.</summary>
    public ReadOnlySpan<byte> Payload { get; init; }

    /// <summary>The handler's method; null for <c>__call__</c>.</summary>
    public string? Method { get; init; }

    /// <summary>The endpoint that was called.</summary>
    public string Endpoint { get; init; }

    /// <summary>What the payload is.</summary>
    public string? ContentType { get; init; }

    /// <summary>With <see cref="AppId"/> the idempotency key.</summary>
    public string? MessageId { get; init; }

    /// <summary>Who asked.</summary>
    public string? AppId { get; init; }

    /// <summary>W3C trace context.</summary>
    public string? TraceParent { get; init; }

    /// <summary>W3C trace context.</summary>
    public string? TraceState { get; init; }

    /// <summary>Forwarded headers.</summary>
    public ReadOnlySpan<KeyValuePair<string, string>> Metadata { get; init; }

    /// <summary>No more bytes than this are written by <see cref="Encode"/>.</summary>
    public int MaxEncodedBytes => throw new NotImplementedException();

    /// <summary>Writes the call once; the block is then part of every query frame that carries it.</summary>
    /// <returns>How many bytes were written.</returns>
    public int Encode(Span<byte> destination) => throw new NotImplementedException();

    /// <summary>Reads a block again, for the plain dialect.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> block, out QueryView query) => throw new NotImplementedException();
}
