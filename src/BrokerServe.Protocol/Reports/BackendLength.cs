using System.Diagnostics.CodeAnalysis;
using BrokerServe.Protocol.Pack;

namespace BrokerServe.Protocol.Reports;

/// <summary>One backend as one router sees it.</summary>
/// <param name="Backend">Its name.</param>
/// <param name="Queued">Requests in this router's backlog.</param>
/// <param name="InFlight">Queries at replicas.</param>
/// <param name="Credit">Queries that replicas would take at once.</param>
/// <param name="Replicas">Live replicas.</param>
public sealed record BackendLength(string Backend, int Queued, int InFlight, int Credit, int Replicas)
{
    /// <summary>The keys take 42 bytes, the four numbers 20.</summary>
    internal int MaxEncodedBytes => 64 + PackWriter.MaxTextBytes(Backend);

    internal void Write(scoped ref PackWriter writer)
    {
        writer.WriteMapHeader(5);
        writer.WriteText("backend"u8);
        writer.WriteText(Backend);
        writer.WriteText("queued"u8);
        writer.WriteNatural(Queued);
        writer.WriteText("in_flight"u8);
        writer.WriteNatural(InFlight);
        writer.WriteText("credit"u8);
        writer.WriteNatural(Credit);
        writer.WriteText("replicas"u8);
        writer.WriteNatural(Replicas);
    }

    internal static bool TryRead(scoped ref PackReader reader, [NotNullWhen(true)] out BackendLength? length)
    {
        var draft = default(Draft);
        length = reader.TryReadMap(ref draft, TryReadPair) && draft.Backend is { } backend
            ? new BackendLength(backend, draft.Queued, draft.InFlight, draft.Credit, draft.Replicas)
            : null;
        return length is not null;
    }

    private static bool TryReadPair(scoped ref PackReader reader, ReadOnlySpan<byte> key, ref Draft draft) => key switch
    {
        _ when key.SequenceEqual("backend"u8) => reader.TryReadName(out draft.Backend),
        _ when key.SequenceEqual("queued"u8) => reader.TryReadInt32(0, int.MaxValue, out draft.Queued),
        _ when key.SequenceEqual("in_flight"u8) => reader.TryReadInt32(0, int.MaxValue, out draft.InFlight),
        _ when key.SequenceEqual("credit"u8) => reader.TryReadInt32(0, int.MaxValue, out draft.Credit),
        _ when key.SequenceEqual("replicas"u8) => reader.TryReadInt32(0, int.MaxValue, out draft.Replicas),
        _ => reader.TrySkip(),
    };

    /// <summary>What has been read so far.</summary>
    private struct Draft
    {
        public string? Backend;
        public int Queued;
        public int InFlight;
        public int Credit;
        public int Replicas;
    }
}
