using BrokerServe.Protocol.Pack;

namespace BrokerServe.Protocol.Frames;

/// <summary>Reads an answer frame. Checks everything, believes no length, allocates nothing, never throws.</summary>
/// <remarks>Everything that is read points into the frame's bytes and lives as long as they do.</remarks>
public ref struct AnswerFrameReader
{
    /// <summary>Version, answers.</summary>
    private const int LeadingFields = 2;

    /// <summary>Correlation id, status, attempts, backend, replica, content type, message id, payload.</summary>
    private const int AnswerFields = 8;

    private PackReader _reader;
    private int _unknownFields;

    /// <summary>Answers that are still to be read, by the frame's own word.</summary>
    public int Remaining { get; private set; }

    /// <summary>Opens a frame.</summary>
    /// <returns>False when the bytes are not an answer frame of a version that can be read.</returns>
    public static bool TryOpen(ReadOnlySpan<byte> frame, out AnswerFrameReader reader)
    {
        reader = default;
        var pack = new PackReader(frame);
        if (!pack.TryReadArrayHeader(out var fields) || fields < LeadingFields
            || !pack.TryReadInt32(ProtocolVersion.Lowest, int.MaxValue, out int _)
            || !pack.TryReadArrayHeader(out var answers))
        {
            return false;
        }

        var opened = new AnswerFrameReader { _reader = pack, _unknownFields = fields - LeadingFields, Remaining = answers };
        if (answers == 0 && !opened._reader.TryEnd(opened._unknownFields))
        {
            return false;
        }

        reader = opened;
        return true;
    }

    /// <summary>Reads the next answer.</summary>
    /// <returns>
    /// False at the end, and when the rest is malformed: then <see cref="Remaining"/> is not 0. The answers before that are sound
    /// and may be taken.
    /// </returns>
    public bool TryRead(out AnswerView answer)
    {
        answer = default;
        if (Remaining == 0
            || !_reader.TryReadArrayHeader(out var fields) || fields < AnswerFields
            || !_reader.TryReadText(out var correlationId)
            || !_reader.TryReadUInt64(out var status)
            || !_reader.TryReadInt32(0, int.MaxValue, out int attempts)
            || !_reader.TryReadOptionalText(out var backend)
            || !_reader.TryReadOptionalText(out var replica)
            || !_reader.TryReadOptionalText(out var contentType)
            || !_reader.TryReadOptionalText(out var messageId)
            || !_reader.TryReadOptionalBinary(out var payload)
            || !_reader.TrySkip(fields - AnswerFields)
            || (Remaining == 1 && !_reader.TryEnd(_unknownFields)))
        {
            // Nothing that follows a malformed member can be found, so the next attempt must not begin in the middle of it.
            _reader = default;
            return false;
        }

        Remaining--;
        answer = new AnswerView
        {
            CorrelationId = correlationId,
            Status = status <= (ulong)ReplyStatuses.Last ? (ReplyStatus)status : null,
            Attempts = attempts,
            Backend = backend,
            Replica = replica,
            ContentType = contentType,
            MessageId = messageId,
            Payload = payload,
        };
        return true;
    }
}
