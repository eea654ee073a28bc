using BrokerServe.Protocol.Announcements;
using BrokerServe.Protocol.Commands;
using BrokerServe.Protocol.Control;
using BrokerServe.Protocol.Frames;
using BrokerServe.Protocol.Reports;

namespace BrokerServe.Protocol.Tests.Golden;

/// <summary>Reads bytes to their end; false when they are not wholly sound.</summary>
internal delegate bool Decoder(ReadOnlySpan<byte> bytes);

/// <summary>Every decoder that reads what others send.</summary>
internal static class Decoders
{
    public static (string Name, Decoder Decode)[] All { get; } =
    [
        ("request frame", RequestFrame),
        ("answer frame", AnswerFrame),
        ("query frame", QueryFrame),
        ("reply frame", ReplyFrame),
        ("call", bytes => Call.TryDecode(bytes, out _)),
        ("error", bytes => ErrorBody.TryDecode(bytes, out _)),
        ("replica announcement", bytes => ReplicaAnnouncement.TryDecode(bytes, out _)),
        ("router announcement", bytes => RouterAnnouncement.TryDecode(bytes, out _)),
        ("command", bytes => ReplicaCommand.TryDecode(bytes, out _)),
        ("held report", bytes => HeldReport.TryDecode(bytes, out _)),
        ("queue-length report", bytes => QueueLengthReport.TryDecode(bytes, out _)),
        ("control entry", bytes => ControlEntry.TryDecode(bytes, out _)),
    ];

    public static bool RequestFrame(ReadOnlySpan<byte> frame)
    {
        if (!RequestFrameReader.TryOpen(frame, out var reader))
        {
            return false;
        }

        while (reader.TryRead(out var request))
        {
            var headers = new FrameHeaderReader(request.Headers);
            while (headers.TryRead(out _))
            {
            }
        }

        return reader.Remaining == 0;
    }

    public static bool AnswerFrame(ReadOnlySpan<byte> frame)
    {
        if (!AnswerFrameReader.TryOpen(frame, out var reader))
        {
            return false;
        }

        while (reader.TryRead(out _))
        {
        }

        return reader.Remaining == 0;
    }

    public static bool QueryFrame(ReadOnlySpan<byte> frame)
    {
        if (!QueryFrameReader.TryOpen(frame, out _, out var reader))
        {
            return false;
        }

        while (reader.TryRead(out _))
        {
        }

        return reader.Remaining == 0;
    }

    public static bool ReplyFrame(ReadOnlySpan<byte> frame)
    {
        if (!ReplyFrameReader.TryOpen(frame, out _, out var reader))
        {
            return false;
        }

        while (reader.TryRead(out _))
        {
        }

        return reader.Remaining == 0;
    }
}
