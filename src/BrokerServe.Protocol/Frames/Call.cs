using BrokerServe.Protocol.Pack;

namespace BrokerServe.Protocol.Frames;

/// <summary>The part of a query that stays the same for every attempt: what was asked for, and everything the handler is told about it.</summary>
/// <remarks>Texts are UTF-8; an empty one is "not said".</remarks>
public readonly ref struct Call
{
    /// <summary>The request's body, opaque.</summary>
    public ReadOnlySpan<byte> Payload { get; init; }

    /// <summary>The handler's method; empty for <c>__call__</c>.</summary>
    public ReadOnlySpan<byte> Method { get; init; }

    /// <summary>The endpoint that was called; a valid name (<see cref="Names"/>).</summary>
    public string Endpoint { get; init; }

    /// <summary>What the payload is.</summary>
    public ReadOnlySpan<byte> ContentType { get; init; }

    /// <summary>With <see cref="AppId"/> the idempotency key.</summary>
    public ReadOnlySpan<byte> MessageId { get; init; }

    /// <summary>Who asked.</summary>
    public ReadOnlySpan<byte> AppId { get; init; }

    /// <summary>W3C trace context.</summary>
    public ReadOnlySpan<byte> TraceParent { get; init; }

    /// <summary>W3C trace context.</summary>
    public ReadOnlySpan<byte> TraceState { get; init; }

    /// <summary>Forwarded headers, as a <see cref="MetadataWriter"/> wrote them: its block, while it <see cref="MetadataWriter.Fits"/>.</summary>
    public ReadOnlySpan<byte> Metadata { get; init; }

    /// <summary>No more bytes than this are written by <see cref="Encode"/>.</summary>
    public int MaxEncodedBytes =>
        (9 * PackWriter.MaxHeaderBytes) // The array, the payload and seven texts; the metadata has its own.
        + Payload.Length + Method.Length + (PackWriter.MaxTextBytes(Endpoint) - PackWriter.MaxHeaderBytes) + ContentType.Length
        + MessageId.Length + AppId.Length + TraceParent.Length + TraceState.Length + Math.Max(1, Metadata.Length);

    /// <summary>Writes the call once; the block is then part of every query frame that carries it.</summary>
    /// <param name="destination">Memory of the caller, <see cref="MaxEncodedBytes"/> or more.</param>
    /// <returns>How many bytes were written.</returns>
    /// <exception cref="InvalidOperationException">
    /// The endpoint is no valid name, or the metadata no block that fits: such a call would make a whole frame unreadable.
    /// </exception>
    public int Encode(Span<byte> destination)
    {
        var metadata = new PackReader(Metadata);
        if (!Names.IsValid(Endpoint) || (!Metadata.IsEmpty && !(MetadataBlock.TryRead(ref metadata, out _) && metadata.IsAtEnd)))
        {
            ThrowUnreadable();
        }

        var writer = new PackWriter(destination);
        writer.WriteArrayHeader(CallBlock.Fields);
        writer.WriteBinary(Payload);
        writer.WriteOptionalText(Method);
        writer.WriteText(Endpoint);
        writer.WriteOptionalText(ContentType);
        writer.WriteOptionalText(MessageId);
        writer.WriteOptionalText(AppId);
        writer.WriteOptionalText(TraceParent);
        writer.WriteOptionalText(TraceState);
        if (Metadata.IsEmpty)
        {
            writer.WriteMapHeader(0);
        }
        else
        {
            writer.WriteRaw(Metadata);
        }

        return writer.Length;
    }

    /// <summary>
    /// Reads a block again, for the plain dialect. The ticket, times and attempt of <paramref name="query"/> stay at their defaults.
    /// </summary>
    /// <returns>False when the bytes are not exactly one call block.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> block, out QueryView query)
    {
        var reader = new PackReader(block);
        return CallBlock.TryRead(ref reader, out query) && reader.IsAtEnd;
    }

    private static void ThrowUnreadable() =>
        throw new InvalidOperationException("A call needs a valid endpoint name and metadata within MetadataLimits before it is encoded.");
}
