using System.Buffers;

namespace BrokerServe.Worker;

/// <summary>Turns payloads into what typed handlers take, and what they return into payloads. Raw handlers need none.</summary>
/// <remarks>Called by many handlers at once.</remarks>
public interface IPayloadSerializer
{
    /// <summary>The content type of what <see cref="Write"/> writes.</summary>
    string ContentType { get; }

    /// <summary>Whether it can read payloads of a content type. Must not throw; never asked of an empty one.</summary>
    bool Reads(string contentType);

    /// <summary>Reads a payload. Whatever it throws becomes <c>bad_request</c>, with the exception's message.</summary>
    /// <param name="payload">The query's own memory: it may be kept, and must not be written to.</param>
    T Read<T>(ReadOnlyMemory<byte> payload);

    /// <summary>Writes a payload. Whatever it throws becomes <c>handler_error</c>.</summary>
    /// <param name="destination">Lent for the length of the call.</param>
    /// <param name="value">What the handler returned.</param>
    void Write<T>(IBufferWriter<byte> destination, T value);
}
