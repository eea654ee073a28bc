using System.Diagnostics.CodeAnalysis;
using BrokerServe.Protocol.Pack;

namespace BrokerServe.Protocol.Reports;

/// <summary>A router's queue lengths and what it has done, published to the reports exchange at start and every second: a MessagePack map.</summary>
/// <param name="Router">The router that reports.</param>
/// <param name="TimeUnixMs">When, in milliseconds since 1970-01-01 UTC.</param>
/// <param name="ValidMs">For how long the report may be believed; a router that is gone is forgotten after it.</param>
/// <param name="Backends">A row per backend: what autoscaling reads.</param>
public sealed record QueueLengthReport(string Router, long TimeUnixMs, int ValidMs, IReadOnlyList<BackendLength> Backends)
{
    /// <summary>What runs the router, such as <c>brokerserve/0.1.0</c>; null when it does not say.</summary>
    public string? Software { get; init; }

    /// <summary>When the router started, in milliseconds since 1970-01-01 UTC; null when it does not say.</summary>
    public long? StartedUnixMs { get; init; }

    /// <summary>Bytes of requests in the router's memory; null when it does not say.</summary>
    public long? BufferedBytes { get; init; }

    /// <summary>What was done for each endpoint; empty when the router does not say.</summary>
    public IReadOnlyList<EndpointWork> Endpoints { get; init; } = [];

    /// <summary>What each backend has done, and its replicas; empty when the router does not say.</summary>
    public IReadOnlyList<BackendWork> Work { get; init; } = [];

    private int Pairs => 4 + (Software is null ? 0 : 1) + (StartedUnixMs is null ? 0 : 1) + (BufferedBytes is null ? 0 : 1)
        + (Endpoints.Count > 0 ? 1 : 0) + (Work.Count > 0 ? 1 : 0);

    /// <summary>The keys take 94 bytes, the four numbers 36, the headers 16.</summary>
    private int MaxEncodedBytes
    {
        get
        {
            var room = 160 + PackWriter.MaxTextBytes(Router) + PackWriter.MaxTextBytes(Software);
            foreach (var backend in Backends)
            {
                room += backend.MaxEncodedBytes;
            }

            foreach (var endpoint in Endpoints)
            {
                room += endpoint.MaxEncodedBytes;
            }

            foreach (var work in Work)
            {
                room += work.MaxEncodedBytes;
            }

            return room;
        }
    }

    /// <summary>The bytes.</summary>
    public byte[] Encode()
    {
        var bytes = new byte[MaxEncodedBytes];
        var writer = new PackWriter(bytes);
        writer.WriteMapHeader(Pairs);
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

        WriteWork(ref writer);
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

        report = new QueueLengthReport(router, timeUnixMs, validMs, backends)
        {
            Software = draft.Software,
            StartedUnixMs = draft.StartedUnixMs,
            BufferedBytes = draft.BufferedBytes,
            Endpoints = draft.Endpoints as IReadOnlyList<EndpointWork> ?? [],
            Work = draft.Work as IReadOnlyList<BackendWork> ?? [],
        };
        return true;
    }

    /// <summary>Reads who says it and for how long it holds, and passes over the rest, however much it is.</summary>
    internal static bool TryReadHeading(ReadOnlySpan<byte> body, [NotNullWhen(true)] out string? router, out int validMs)
    {
        var reader = new PackReader(body);
        var draft = default(Draft);
        var read = reader.TryReadMap(ref draft, TryReadHeadingPair) && reader.IsAtEnd;
        (router, validMs) = (read && draft.ValidMs is not null ? draft.Router : null, draft.ValidMs ?? 0);
        return router is not null;
    }

    private static bool TryReadHeadingPair(scoped ref PackReader reader, ReadOnlySpan<byte> key, ref Draft draft) => key switch
    {
        _ when key.SequenceEqual("router"u8) => reader.TryReadName(out draft.Router),
        _ when key.SequenceEqual("valid_ms"u8) => reader.TryReadInt32(0, int.MaxValue, out draft.ValidMs),
        _ => reader.TrySkip(),
    };

    private void WriteWork(scoped ref PackWriter writer)
    {
        if (Software is not null)
        {
            writer.WriteText("software"u8);
            writer.WriteText(Software);
        }

        if (StartedUnixMs is { } started)
        {
            writer.WriteText("started_unix_ms"u8);
            writer.WriteNatural(started);
        }

        if (BufferedBytes is { } buffered)
        {
            writer.WriteText("buffered_bytes"u8);
            writer.WriteNatural(buffered);
        }

        if (Endpoints.Count > 0)
        {
            writer.WriteText("endpoints"u8);
            writer.WriteArrayHeader(Endpoints.Count);
            foreach (var endpoint in Endpoints)
            {
                endpoint.Write(ref writer);
            }
        }

        if (Work.Count > 0)
        {
            writer.WriteText("work"u8);
            writer.WriteArrayHeader(Work.Count);
            foreach (var work in Work)
            {
                work.Write(ref writer);
            }
        }
    }

    private static bool TryReadPair(scoped ref PackReader reader, ReadOnlySpan<byte> key, ref Draft draft) => key switch
    {
        _ when key.SequenceEqual("router"u8) => reader.TryReadName(out draft.Router),
        _ when key.SequenceEqual("time_unix_ms"u8) => reader.TryReadUnixMs(out draft.TimeUnixMs),
        _ when key.SequenceEqual("valid_ms"u8) => reader.TryReadInt32(0, int.MaxValue, out draft.ValidMs),
        _ when key.SequenceEqual("backends"u8) => reader.TryReadList(BackendLength.TryRead, out draft.Backends),
        _ when key.SequenceEqual("software"u8) => reader.TryReadString(out draft.Software),
        _ when key.SequenceEqual("started_unix_ms"u8) => reader.TryReadUnixMs(out draft.StartedUnixMs),
        _ when key.SequenceEqual("buffered_bytes"u8) => TryReadBuffered(ref reader, out draft.BufferedBytes),
        _ when key.SequenceEqual("endpoints"u8) => reader.TryReadList(EndpointWork.TryRead, out draft.Endpoints),
        _ when key.SequenceEqual("work"u8) => reader.TryReadList(BackendWork.TryRead, out draft.Work),
        _ => reader.TrySkip(),
    };

    private static bool TryReadBuffered(scoped ref PackReader reader, out long? bytes)
    {
        var read = ReportNumbers.TryReadCount(ref reader, out var said);
        bytes = read ? said : null;
        return read;
    }

    /// <summary>What has been read so far.</summary>
    private struct Draft
    {
        public string? Router;
        public long? TimeUnixMs;
        public int? ValidMs;
        public List<BackendLength>? Backends;
        public string? Software;
        public long? StartedUnixMs;
        public long? BufferedBytes;
        public List<EndpointWork>? Endpoints;
        public List<BackendWork>? Work;
    }
}
