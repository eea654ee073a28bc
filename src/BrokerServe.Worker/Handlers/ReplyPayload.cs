namespace BrokerServe.Worker;

/// <summary>What a raw handler answers: bytes that nobody reads on their way to the caller.</summary>
/// <param name="Bytes">The payload. It must stay unchanged until it was sent, so hand over bytes that nobody writes to any more.</param>
/// <param name="ContentType">What the bytes are; null: not said.</param>
public readonly record struct ReplyPayload(ReadOnlyMemory<byte> Bytes, string? ContentType = null)
{
    /// <summary>Bytes without a content type.</summary>
    public static implicit operator ReplyPayload(byte[] bytes) => new(bytes);
}
