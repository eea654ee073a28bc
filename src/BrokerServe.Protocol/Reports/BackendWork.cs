using System.Diagnostics.CodeAnalysis;
using BrokerServe.Protocol.Pack;

namespace BrokerServe.Protocol.Reports;

/// <summary>What one backend did for one router since the router started, and which replicas do it now.</summary>
/// <param name="Backend">Its name.</param>
public sealed record BackendWork(string Backend)
{
    /// <summary>Queries sent, every attempt counted, copies included.</summary>
    public long Queries { get; init; }

    /// <summary>Replies that came in time.</summary>
    public long Replies { get; init; }

    /// <summary>Of these, those whose handler had failed.</summary>
    public long Errors { get; init; }

    /// <summary>Times from dispatch to the reply.</summary>
    public IReadOnlyList<LatencyCount> Times { get; init; } = [];

    /// <summary>A row for each replica that the router knows.</summary>
    public IReadOnlyList<ReplicaWork> Replicas { get; init; } = [];

    /// <summary>The keys take 47 bytes, the headers and the three numbers 42.</summary>
    internal int MaxEncodedBytes
    {
        get
        {
            var room = 96 + PackWriter.MaxTextBytes(Backend) + ReportNumbers.MaxBytes(Times);
            foreach (var replica in Replicas)
            {
                room += replica.MaxEncodedBytes;
            }

            return room;
        }
    }

    internal void Write(scoped ref PackWriter writer)
    {
        writer.WriteMapHeader(6);
        writer.WriteText("backend"u8);
        writer.WriteText(Backend);
        writer.WriteText("queries"u8);
        writer.WriteNatural(Queries);
        writer.WriteText("replies"u8);
        writer.WriteNatural(Replies);
        writer.WriteText("errors"u8);
        writer.WriteNatural(Errors);
        writer.WriteText("times"u8);
        ReportNumbers.Write(ref writer, Times);
        writer.WriteText("replicas"u8);
        writer.WriteArrayHeader(Replicas.Count);
        foreach (var replica in Replicas)
        {
            replica.Write(ref writer);
        }
    }

    internal static bool TryRead(scoped ref PackReader reader, [NotNullWhen(true)] out BackendWork? work)
    {
        var draft = default(Draft);
        work = reader.TryReadMap(ref draft, TryReadPair) && draft.Backend is { } backend
            ? new BackendWork(backend)
            {
                Queries = draft.Queries,
                Replies = draft.Replies,
                Errors = draft.Errors,
                Times = draft.Times ?? [],
                Replicas = draft.Replicas ?? [],
            }
            : null;
        return work is not null;
    }

    private static bool TryReadPair(scoped ref PackReader reader, ReadOnlySpan<byte> key, ref Draft draft) => key switch
    {
        _ when key.SequenceEqual("backend"u8) => reader.TryReadName(out draft.Backend),
        _ when key.SequenceEqual("queries"u8) => ReportNumbers.TryReadCount(ref reader, out draft.Queries),
        _ when key.SequenceEqual("replies"u8) => ReportNumbers.TryReadCount(ref reader, out draft.Replies),
        _ when key.SequenceEqual("errors"u8) => ReportNumbers.TryReadCount(ref reader, out draft.Errors),
        _ when key.SequenceEqual("times"u8) => ReportNumbers.TryRead(ref reader, out draft.Times),
        _ when key.SequenceEqual("replicas"u8) => reader.TryReadList(ReplicaWork.TryRead, out draft.Replicas),
        _ => reader.TrySkip(),
    };

    /// <summary>What has been read so far.</summary>
    private struct Draft
    {
        public string? Backend;
        public long Queries;
        public long Replies;
        public long Errors;
        public LatencyCount[]? Times;
        public List<ReplicaWork>? Replicas;
    }
}
