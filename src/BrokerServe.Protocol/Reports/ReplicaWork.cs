using System.Diagnostics.CodeAnalysis;
using System.Text;
using BrokerServe.Protocol.Pack;

namespace BrokerServe.Protocol.Reports;

/// <summary>One replica as one router sees it. On the wire an array: there may be a thousand of them in a report.</summary>
/// <param name="Replica">Its name; <c>static:</c> and a queue for one that an operator named.</param>
/// <param name="Phase">Whether it gets queries.</param>
/// <param name="Limit">Queries that it may hold from this router.</param>
/// <param name="InFlight">Queries that it holds.</param>
/// <param name="Replies">Replies of it that came in time, since it came or the router started.</param>
/// <param name="Errors">Of these, those whose handler had failed.</param>
public sealed record ReplicaWork(string Replica, ReplicaPhase Phase, int Limit, int InFlight, long Replies, long Errors)
{
    private const int Fields = 6;

    // The prefix of a static replica, and a queue's name.
    private const int MaxNameBytes = 8 + Names.MaxQueueNameBytes;

    /// <summary>Its header and the five numbers take 35 bytes.</summary>
    internal int MaxEncodedBytes => 64 + PackWriter.MaxTextBytes(Replica);

    internal void Write(scoped ref PackWriter writer)
    {
        writer.WriteArrayHeader(Fields);
        writer.WriteText(Replica);
        writer.WriteNatural((long)Phase);
        writer.WriteNatural(Limit);
        writer.WriteNatural(InFlight);
        writer.WriteNatural(Replies);
        writer.WriteNatural(Errors);
    }

    internal static bool TryRead(scoped ref PackReader reader, [NotNullWhen(true)] out ReplicaWork? replica)
    {
        replica = null;
        if (!reader.TryReadArrayHeader(out var fields)
            || fields < Fields
            || !reader.TryReadText(out var name)
            || name.Length is 0 or > MaxNameBytes
            || !reader.TryReadInt32(0, int.MaxValue, out int phase)
            || !reader.TryReadInt32(0, int.MaxValue, out int limit)
            || !reader.TryReadInt32(0, int.MaxValue, out int inFlight)
            || !ReportNumbers.TryReadCount(ref reader, out var replies)
            || !ReportNumbers.TryReadCount(ref reader, out var errors)
            || !reader.TrySkip(fields - Fields))
        {
            return false;
        }

        var known = phase <= (int)ReplicaPhase.Leaving ? (ReplicaPhase)phase : ReplicaPhase.Unknown;
        replica = new ReplicaWork(Encoding.UTF8.GetString(name), known, limit, inFlight, replies, errors);
        return true;
    }
}
