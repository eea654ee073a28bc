using System.Text.Json;

namespace BrokerServe.LoadGenerator;

/// <summary>What a load found.</summary>
public sealed record LoadReport
{
    /// <summary>How a load writes and a harness reads it.</summary>
    public static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Requests that were answered and measured.</summary>
    public long Requests { get; init; }

    /// <summary>All that were answered, in warm-up and afterwards, too.</summary>
    public long AllReplies { get; init; }

    /// <summary>What ended otherwise, in warm-up and afterwards, too: counts by reason.</summary>
    public IReadOnlyDictionary<string, long> Errors { get; init; } = new SortedDictionary<string, long>();

    /// <summary>Replies per second.</summary>
    public double Throughput { get; init; }

    /// <summary>Percentiles of what a request took: in an open loop from when it was due.</summary>
    public LatencyMs LatencyMs { get; init; } = new();
}
