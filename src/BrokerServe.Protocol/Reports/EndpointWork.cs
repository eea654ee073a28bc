using System.Diagnostics.CodeAnalysis;
using BrokerServe.Protocol.Pack;

namespace BrokerServe.Protocol.Reports;

/// <summary>What one router did for one endpoint since it started.</summary>
/// <remarks>Everything counts up for as long as the router runs. Who wants rates subtracts an older report, and loses nothing with a lost one.</remarks>
/// <param name="Endpoint">Its name.</param>
public sealed record EndpointWork(string Endpoint)
{
    /// <summary>Requests taken in; shadow copies are not counted.</summary>
    public long Requests { get; init; }

    /// <summary>Requests that ended otherwise than ok, by code.</summary>
    public IReadOnlyList<KeyValuePair<string, long>> Errors { get; init; } = [];

    /// <summary>Times from admission to the answer, whatever it was.</summary>
    public IReadOnlyList<LatencyCount> Times { get; init; } = [];

    /// <summary>The share of each backend in millionths; empty while there is no policy.</summary>
    public IReadOnlyList<KeyValuePair<string, long>> Traffic { get; init; } = [];

    /// <summary>The share of requests that are copied to each shadow, in millionths.</summary>
    public IReadOnlyList<KeyValuePair<string, long>> Shadow { get; init; } = [];

    /// <summary>The keys take 42 bytes, the map's header and the number 14.</summary>
    internal int MaxEncodedBytes => 64 + PackWriter.MaxTextBytes(Endpoint)
        + ReportNumbers.MaxBytes(Errors) + ReportNumbers.MaxBytes(Times) + ReportNumbers.MaxBytes(Traffic) + ReportNumbers.MaxBytes(Shadow);

    internal void Write(scoped ref PackWriter writer)
    {
        writer.WriteMapHeader(6);
        writer.WriteText("endpoint"u8);
        writer.WriteText(Endpoint);
        writer.WriteText("requests"u8);
        writer.WriteNatural(Requests);
        writer.WriteText("errors"u8);
        ReportNumbers.Write(ref writer, Errors);
        writer.WriteText("times"u8);
        ReportNumbers.Write(ref writer, Times);
        writer.WriteText("traffic"u8);
        ReportNumbers.Write(ref writer, Traffic);
        writer.WriteText("shadow"u8);
        ReportNumbers.Write(ref writer, Shadow);
    }

    internal static bool TryRead(scoped ref PackReader reader, [NotNullWhen(true)] out EndpointWork? work)
    {
        var draft = default(Draft);
        work = reader.TryReadMap(ref draft, TryReadPair) && draft.Endpoint is { } endpoint
            ? new EndpointWork(endpoint)
            {
                Requests = draft.Requests,
                Errors = draft.Errors ?? [],
                Times = draft.Times ?? [],
                Traffic = draft.Traffic ?? [],
                Shadow = draft.Shadow ?? [],
            }
            : null;
        return work is not null;
    }

    private static bool TryReadPair(scoped ref PackReader reader, ReadOnlySpan<byte> key, ref Draft draft) => key switch
    {
        _ when key.SequenceEqual("endpoint"u8) => reader.TryReadName(out draft.Endpoint),
        _ when key.SequenceEqual("requests"u8) => ReportNumbers.TryReadCount(ref reader, out draft.Requests),
        _ when key.SequenceEqual("errors"u8) => ReportNumbers.TryRead(ref reader, out draft.Errors),
        _ when key.SequenceEqual("times"u8) => ReportNumbers.TryRead(ref reader, out draft.Times),
        _ when key.SequenceEqual("traffic"u8) => ReportNumbers.TryRead(ref reader, out draft.Traffic),
        _ when key.SequenceEqual("shadow"u8) => ReportNumbers.TryRead(ref reader, out draft.Shadow),
        _ => reader.TrySkip(),
    };

    /// <summary>What has been read so far.</summary>
    private struct Draft
    {
        public string? Endpoint;
        public long Requests;
        public List<KeyValuePair<string, long>>? Errors;
        public LatencyCount[]? Times;
        public List<KeyValuePair<string, long>>? Traffic;
        public List<KeyValuePair<string, long>>? Shadow;
    }
}
