using BrokerServe.Protocol.Pack;

namespace BrokerServe.Protocol.Frames;

/// <summary>Reads a reply frame. Checks everything, believes no length, allocates nothing, never throws.</summary>
/// <remarks>Everything that is read points into the frame's bytes and lives as long as they do.</remarks>
public ref struct ReplyFrameReader
{
    /// <summary>Version, replica, replies.</summary>
    private const int LeadingFields = 3;

    /// <summary>Ticket, part, status, content type, payload.</summary>
    private const int ReplyFields = 5;

    /// <summary>Ticket, part, status; what follows may be missing.</summary>
    private const int RequiredReplyFields = 3;

    private PackReader _reader;
    private int _unknownFields;

    /// <summary>Replies that are still to be read, by the frame's own word.</summary>
    public int Remaining { get; private set; }

    /// <summary>Opens a frame.</summary>
    /// <returns>False when the bytes are not a reply frame of a version that can be read.</returns>
    public static bool TryOpen(ReadOnlySpan<byte> frame, out ReadOnlySpan<byte> replica, out ReplyFrameReader reader)
    {
        replica = default;
        reader = default;
        var pack = new PackReader(frame);
        if (!pack.TryReadArrayHeader(out var fields) || fields < LeadingFields
            || !pack.TryReadInt32(ProtocolVersion.Lowest, int.MaxValue, out int _)
            || !pack.TryReadText(out var name) || !Names.IsValidUtf8(name)
            || !pack.TryReadArrayHeader(out var replies))
        {
            return false;
        }

        var opened = new ReplyFrameReader { _reader = pack, _unknownFields = fields - LeadingFields, Remaining = replies };
        if (replies == 0 && !opened._reader.TryEnd(opened._unknownFields))
        {
            return false;
        }

        replica = name;
        reader = opened;
        return true;
    }

    /// <summary>Reads the next reply. A status that this version does not know comes out as <see cref="ReplyStatus.HandlerError"/>.</summary>
    /// <returns>
    /// False at the end, and when the rest is malformed: then <see cref="Remaining"/> is not 0. The replies before that are sound
    /// and may be taken.
    /// </returns>
    public bool TryRead(out ReplyView reply)
    {
        reply = default;
        ReadOnlySpan<byte> contentType = default, payload = default;
        if (Remaining == 0
            || !_reader.TryReadArrayHeader(out var fields) || fields < RequiredReplyFields
            || !_reader.TryReadUInt64(out var ticket)
            || !_reader.TryReadInt32(0, int.MaxValue, out int part)
            || !_reader.TryReadUInt64(out var status)
            || (fields > 3 && !_reader.TryReadOptionalText(out contentType))
            || (fields > 4 && !_reader.TryReadOptionalBinary(out payload))
            || (fields > ReplyFields && !_reader.TrySkip(fields - ReplyFields))
            || (Remaining == 1 && !_reader.TryEnd(_unknownFields)))
        {
            // Nothing that follows a malformed member can be found, so the next attempt must not begin in the middle of it.
            _reader = default;
            return false;
        }

        Remaining--;
        reply = new ReplyView
        {
            Ticket = new Ticket(ticket),
            Part = part,
            Status = status <= (ulong)ReplyStatuses.Last ? (ReplyStatus)status : ReplyStatus.HandlerError,
            ContentType = contentType,
            Payload = payload,
        };
        return true;
    }
}
