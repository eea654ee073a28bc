using System.Diagnostics.CodeAnalysis;

namespace BrokerServe.Protocol.Reports;

/// <summary>A router's queue lengths, published to the reports exchange at start and every second: a MessagePack map.</summary>
/// <param name="Router">The router that reports.</param>
/// <param name="TimeUnixMs">When, in milliseconds since 1970-01-01 UTC.</param>
/// <param name="ValidMs">For how long the report may be believed; a router that is gone is forgotten after it.</param>
/// <param name="Backends">A row per backend.</param>
public sealed record QueueLengthReport(string Router, long TimeUnixMs, int ValidMs, IReadOnlyList<BackendLength> Backends)
{
    /// <summary>The bytes.</summary>
    public byte[] Encode() => throw new NotImplementedException();

    /// <summary>Reads a report; false when it is malformed.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> body, [NotNullWhen(true)] out QueueLengthReport? report) =>
        throw new NotImplementedException();
}

/// <summary>One backend as one router sees it.</summary>
/// <param name="Backend">Its name.</param>
/// <param name="Queued">Requests in this router's backlog.</param>
/// <param name="InFlight">Queries at replicas.</param>
/// <param name="Credit">Queries that replicas would take at once.</param>
/// <param name="Replicas">Live replicas.</param>
public sealed record BackendLength(string Backend, int Queued, int InFlight, int Credit, int Replicas);
