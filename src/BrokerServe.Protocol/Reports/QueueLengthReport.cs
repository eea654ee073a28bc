using System.Diagnostics.CodeAnalysis;
using BrokerServe.Protocol.Pack;

namespace BrokerServe.Protocol.Reports;

/// <summary>A router's queue lengths, published to the reports exchange at start and every second: a MessagePack map.</summary>
/// <param name="Router">The router that reports.</param>
/// <param name="TimeUnixMs">When, in milliseconds since 1970-01-01 UTC.</param>
/// <param name="ValidMs">For how long the report may be believed; a router that is gone is forgotten after it.</param>
/// <param name="Backends">A row per backend.</param>
public sealed record QueueLengthReport(string Router, long TimeUnixMs, int ValidMs, IReadOnlyList<BackendLength> Backends)
{
    /// <summary>The bytes.</summary>
    public byte[] Encode()
    {
        var room = 64 + PackWriter.MaxTextBytes(Router);
        foreach (var backend in Backends)
        {
            room += backend.MaxEncodedBytes;
        }

        var bytes = new byte[room];
        var writer = new PackWriter(bytes);
        writer.WriteMapHeader(4);
        writer.WriteText("router"u8);
        writer.WriteText(Router);
        writer.WriteText("time_unix_ms"u8);
        writer.WriteNatural(TimeUnixMs);
        writer.WriteText("valid_ms"u8);
        writer.WriteNatural(ValidMs);
        writer.WriteText("backends"u8);
        writer.WriteArrayHeader(Backends.Count);
        foreach (var backend in Backends)
        {
            backend.Write(ref writer);
        }

        return bytes[..writer.Length];
    }

    /// <summary>Reads a report; false when it is malformed.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> body, [NotNullWhen(true)] out QueueLengthReport? report)
    {
        report = null;
        var reader = new PackReader(body);
        var draft = default(Draft);
        if (!reader.TryReadMap(ref draft, TryReadPair) || !reader.IsAtEnd
            || draft is not { Router: { } router, TimeUnixMs: { } timeUnixMs, ValidMs: { } validMs, Backends: { } backends })
        {
            return false;
        }

        report = new QueueLengthReport(router, timeUnixMs, validMs, backends);
        return true;
    }

    private static bool TryReadPair(scoped ref PackReader reader, ReadOnlySpan<byte> key, ref Draft draft) => key switch
    {
        _ when key.SequenceEqual("router"u8) => reader.TryReadName(out draft.Router),
        _ when key.SequenceEqual("time_unix_ms"u8) => reader.TryReadUnixMs(out draft.TimeUnixMs),
        _ when key.SequenceEqual("valid_ms"u8) => reader.TryReadInt32(0, int.MaxValue, out draft.ValidMs),
        _ when key.SequenceEqual("backends"u8) => TryReadBackends(ref reader, out draft.Backends),
        _ => reader.TrySkip(),
    };

    /// <summary>Reads the rows; the list grows with what is really there, never by what the header says.</summary>
    private static bool TryReadBackends(scoped ref PackReader reader, out List<BackendLength>? backends)
    {
        backends = null;
        if (!reader.TryReadArrayHeader(out var count))
        {
            return false;
        }

        var rows = new List<BackendLength>();
        for (; count > 0; count--)
        {
            if (!BackendLength.TryRead(ref reader, out var row))
            {
                return false;
            }

            rows.Add(row);
        }

        backends = rows;
        return true;
    }

    /// <summary>What has been read so far.</summary>
    private struct Draft
    {
        public string? Router;
        public long? TimeUnixMs;
        public int? ValidMs;
        public List<BackendLength>? Backends;
    }
}
