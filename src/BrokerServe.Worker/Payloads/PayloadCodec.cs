using System.Buffers;

namespace BrokerServe.Worker.Payloads;

/// <summary>Chooses the serializer by a query's content type, and answers in the same.</summary>
/// <param name="serializers">The first one is for queries that do not say what they are.</param>
internal sealed class PayloadCodec(IReadOnlyList<IPayloadSerializer> serializers)
{
    /// <summary>A thread's buffer is kept up to this size: ten times an ordinary reply, and small beside a thread's stack.</summary>
    private const int KeptBytes = 64 * 1024;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    /// <exception cref="UnreadablePayloadException">No serializer reads the content type, or the payload is not what the handler takes.</exception>
    public T Read<T>(ReadOnlyMemory<byte> payload, string? contentType)
    {
        var serializer = For(contentType);
        try
        {
            return serializer.Read<T>(payload);
        }
        catch (Exception exception)
        {
            // Serializers throw what they like at bytes they do not like, and all of it is the producer's fault.
            throw new UnreadablePayloadException(
                $"The payload of {payload.Length} bytes cannot be read as {typeof(T).Name} ({serializer.ContentType}): {Innermost(exception)}",
                exception);
        }
    }

    public ReplyPayload Write<T>(T value, string? contentType)
    {
        var serializer = For(contentType);

        // Taken out while in use: a value's own getters may serialize something else on this thread.
        var buffer = _buffer ?? new ArrayBufferWriter<byte>();
        _buffer = null;
        serializer.Write(buffer, value);
        var payload = buffer.WrittenSpan.ToArray();
        if (buffer.Capacity <= KeptBytes)
        {
            buffer.ResetWrittenCount();
            _buffer = buffer;
        }

        return new ReplyPayload(payload, serializer.ContentType);
    }

    private IPayloadSerializer For(string? contentType)
    {
        if (string.IsNullOrEmpty(contentType))
        {
            return serializers[0];
        }

        foreach (var serializer in serializers)
        {
            if (serializer.Reads(contentType))
            {
                return serializer;
            }
        }

        throw new UnreadablePayloadException(
            $"Content type {contentType} cannot be read here; {string.Join(", ", serializers.Select(s => s.ContentType))} can.", null);
    }

    private static string Innermost(Exception exception)
    {
        while (exception.InnerException is { } inner)
        {
            exception = inner;
        }

        return exception.Message;
    }
}
