using BrokerServe.Protocol.Pack;

namespace BrokerServe.Protocol.Frames;

/// <summary>Reads a query frame. Checks everything, believes no length, allocates nothing, never throws.</summary>
/// <remarks>Everything that is read points into the frame's bytes and lives as long as they do.</remarks>
public ref struct QueryFrameReader
{
    /// <summary>Version, incarnation, epoch, router, reply key, queries.</summary>
    private const int LeadingFields = 6;

    /// <summary>Ticket, time left, deadline, attempt, call.</summary>
    private const int QueryFields = 5;

    private PackReader _reader;
    private int _unknownFields;

    /// <summary>Queries that are still to be read, by the frame's own word.</summary>
    public int Remaining { get; private set; }

    /// <summary>Opens a frame.</summary>
    /// <returns>False when the bytes are not a query frame of a version that can be read.</returns>
    public static bool TryOpen(ReadOnlySpan<byte> frame, out QueryFrameHeader header, out QueryFrameReader reader)
    {
        header = default;
        reader = default;
        var pack = new PackReader(frame);
        if (!pack.TryReadArrayHeader(out var fields) || fields < LeadingFields
            || !pack.TryReadInt32(ProtocolVersion.Lowest, int.MaxValue, out int _)
            || !pack.TryReadUInt32(out uint incarnation)
            || !pack.TryReadUInt32(out uint epoch)
            || !pack.TryReadText(out var router) || !Names.IsValidUtf8(router)
            || !pack.TryReadText(out var replyKey) || !Names.IsQueueName(replyKey)
            || !pack.TryReadArrayHeader(out var queries))
        {
            return false;
        }

        var opened = new QueryFrameReader { _reader = pack, _unknownFields = fields - LeadingFields, Remaining = queries };
        if (queries == 0 && !opened._reader.TryEnd(opened._unknownFields))
        {
            return false;
        }

        header = new QueryFrameHeader { Incarnation = incarnation, Epoch = epoch, Router = router, ReplyKey = replyKey };
        reader = opened;
        return true;
    }

    /// <summary>Reads the next query.</summary>
    /// <returns>
    /// False at the end, and when the rest is malformed: then <see cref="Remaining"/> is not 0. The queries before that are sound
    /// and may be served.
    /// </returns>
    public bool TryRead(out QueryView query)
    {
        query = default;
        if (Remaining == 0
            || !_reader.TryReadArrayHeader(out var fields) || fields < QueryFields
            || !_reader.TryReadUInt64(out var ticket)
            || !_reader.TryReadInt64(out var timeLeftMs)
            || !_reader.TryReadInt64(out var deadlineUnixMs)
            || !_reader.TryReadInt32(1, int.MaxValue, out int attempt)
            || !CallBlock.TryRead(ref _reader, out var call)
            || !_reader.TrySkip(fields - QueryFields)
            || (Remaining == 1 && !_reader.TryEnd(_unknownFields)))
        {
            // Nothing that follows a malformed member can be found, so the next attempt must not begin in the middle of it.
            _reader = default;
            return false;
        }

        Remaining--;
        query = new QueryView
        {
            Ticket = new Ticket(ticket),
            TimeLeftMs = Math.Clamp(timeLeftMs, 0, TimeLimits.MaxTimeLeftMs),
            DeadlineUnixMs = Math.Clamp(deadlineUnixMs, 0, TimeLimits.MaxDeadlineUnixMs),
            Attempt = attempt,
            Payload = call.Payload,
            Method = call.Method,
            Endpoint = call.Endpoint,
            ContentType = call.ContentType,
            MessageId = call.MessageId,
            AppId = call.AppId,
            TraceParent = call.TraceParent,
            TraceState = call.TraceState,
            MetadataBlock = call.MetadataBlock,
        };
        return true;
    }
}
