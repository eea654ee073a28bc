using BrokerServe.Protocol.Pack;

namespace BrokerServe.Protocol.Frames;

/// <summary>Reads a request frame. Checks everything, believes no length, allocates nothing, never throws.</summary>
/// <remarks>Everything that is read points into the frame's bytes and lives as long as they do.</remarks>
public ref struct RequestFrameReader
{
    /// <summary>Version, requests.</summary>
    private const int LeadingFields = 2;

    /// <summary>Correlation id, expiration, headers, method, content type, message id, payload.</summary>
    private const int RequestFields = 7;

    private PackReader _reader;
    private int _unknownFields;

    /// <summary>Requests that are still to be read, by the frame's own word.</summary>
    public int Remaining { get; private set; }

    /// <summary>Opens a frame.</summary>
    /// <returns>False when the bytes are not a request frame of a version that can be read, or announce too many requests.</returns>
    public static bool TryOpen(ReadOnlySpan<byte> frame, out RequestFrameReader reader)
    {
        reader = default;
        var pack = new PackReader(frame);
        if (!pack.TryReadArrayHeader(out var fields) || fields < LeadingFields
            || !pack.TryReadInt32(ProtocolVersion.Lowest, int.MaxValue, out int _)
            || !pack.TryReadArrayHeader(out var requests) || requests > FrameLimits.MaxRequests)
        {
            return false;
        }

        var opened = new RequestFrameReader { _reader = pack, _unknownFields = fields - LeadingFields, Remaining = requests };
        if (requests == 0 && !opened._reader.TryEnd(opened._unknownFields))
        {
            return false;
        }

        reader = opened;
        return true;
    }

    /// <summary>Reads the next request.</summary>
    /// <returns>False at the end, and when the rest is malformed: then <see cref="Remaining"/> is not 0.</returns>
    public bool TryRead(out RequestView request)
    {
        request = default;
        if (Remaining == 0
            || !_reader.TryReadArrayHeader(out var fields) || fields < RequestFields
            || !_reader.TryReadText(out var correlationId)
            || !TryReadExpiration(out var expirationMs)
            || !FrameHeaderReader.TryCheck(ref _reader, out var headers)
            || !_reader.TryReadOptionalText(out var method)
            || !_reader.TryReadOptionalText(out var contentType)
            || !_reader.TryReadOptionalText(out var messageId)
            || !_reader.TryReadOptionalBinary(out var payload)
            || !_reader.TrySkip(fields - RequestFields)
            || (Remaining == 1 && !_reader.TryEnd(_unknownFields)))
        {
            // Nothing that follows a malformed member can be found, so the next attempt must not begin in the middle of it.
            _reader = default;
            return false;
        }

        Remaining--;
        request = new RequestView
        {
            CorrelationId = correlationId,
            ExpirationMs = expirationMs,
            Headers = headers,
            Method = method,
            ContentType = contentType,
            MessageId = messageId,
            Payload = payload,
        };
        return true;
    }

    private bool TryReadExpiration(out long? expirationMs)
    {
        expirationMs = null;
        if (_reader.TryReadNil())
        {
            return true;
        }

        var isRead = _reader.TryReadInt64(out var milliseconds);
        expirationMs = Math.Clamp(milliseconds, 0, TimeLimits.MaxTimeLeftMs);
        return isRead;
    }
}
