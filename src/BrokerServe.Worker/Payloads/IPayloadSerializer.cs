using System.Buffers;

namespace BrokerServe.Worker;

/// <summary>Turns payloads into what typed handlers take, and what they return into payloads. Raw handlers need none.</summary>
/// <remarks>Called by many handlers at once.</remarks>
public interface IPayloadSerializer
{
    /// <summary>The content type of what <see cref="Write"/> writes.</summary>
    string ContentType { get; }

    /// <summary>Whether it can read payloads of a content type.</summary>
    bool Reads(string contentType);

    /// <summary>Reads a payload. Whatever it throws becomes <c>bad_request</c>, with the exception's message.</summary>
    T Read<T>(ReadOnlyMemory<byte> payload);

    /// <summary>Writes a payload. Whatever it throws becomes <c>handler_error</c>.</summary>
    void Write<T>(IBufferWriter<byte> destination, T value);
}
