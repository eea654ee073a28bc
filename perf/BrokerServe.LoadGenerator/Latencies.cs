using HdrHistogram;

namespace BrokerServe.LoadGenerator;

/// <summary>How long requests took, and how many ended otherwise; for many threads at once.</summary>
public sealed class Latencies
{
    // In ticks of 100 ns, up to a minute; what takes longer counts as that. Three digits: 1 part in 1,000.
    private static readonly long MaxTicks = TimeSpan.FromMinutes(1).Ticks;

    private readonly Shard[] _shards = [.. Enumerable.Range(0, 2 * Environment.ProcessorCount).Select(_ => new Shard())];

    /// <summary>A request was answered.</summary>
    /// <param name="slot">Its slot.</param>
    /// <param name="latency">What it took; null when it does not count, because it was not measured.</param>
    public void Replied(int slot, TimeSpan? latency)
    {
        var shard = _shards[slot % _shards.Length];
        lock (shard.Lock)
        {
            shard.Replies++;
            if (latency is { } took)
            {
                shard.Latency.RecordValue(Math.Clamp(took.Ticks, 1, MaxTicks));
            }
        }
    }

    /// <summary>So many requests ended without a reply.</summary>
    public void Failed(int slot, string error, long count = 1)
    {
        var shard = _shards[slot % _shards.Length];
        lock (shard.Lock)
        {
            shard.Errors[error] = shard.Errors.GetValueOrDefault(error) + count;
        }
    }

    /// <summary>Everything until now.</summary>
    public LoadReport Read(TimeSpan measured)
    {
        var latency = NewHistogram();
        var errors = new SortedDictionary<string, long>(StringComparer.Ordinal);
        long replies = 0;
        foreach (var shard in _shards)
        {
            lock (shard.Lock)
            {
                replies += shard.Replies;
                latency.Add(shard.Latency);
                foreach (var (error, count) in shard.Errors)
                {
                    errors[error] = errors.GetValueOrDefault(error) + count;
                }
            }
        }

        return new LoadReport
        {
            Requests = latency.TotalCount,
            AllReplies = replies,
            Errors = errors,
            Throughput = Math.Round(latency.TotalCount / measured.TotalSeconds, 1),
            LatencyMs = latency.TotalCount == 0 ? new LatencyMs() : new LatencyMs
            {
                Mean = Milliseconds(latency.GetMean()),
                P50 = Milliseconds(latency.GetValueAtPercentile(50)),
                P90 = Milliseconds(latency.GetValueAtPercentile(90)),
                P99 = Milliseconds(latency.GetValueAtPercentile(99)),
                P999 = Milliseconds(latency.GetValueAtPercentile(99.9)),
                Max = Milliseconds(latency.GetMaxValue()),
            },
        };
    }

    private static double Milliseconds(double ticks) => Math.Round(ticks / TimeSpan.TicksPerMillisecond, 3);

    private static LongHistogram NewHistogram() => new(1, MaxTicks, 3);

    private sealed class Shard
    {
        public Lock Lock { get; } = new();

        public LongHistogram Latency { get; } = NewHistogram();

        public Dictionary<string, long> Errors { get; } = [];

        public long Replies { get; set; }
    }
}
