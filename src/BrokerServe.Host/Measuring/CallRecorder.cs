using HdrHistogram;

namespace BrokerServe.Host.Measuring;

/// <summary>Counts how calls end, for many callers at once.</summary>
internal sealed class CallRecorder
{
    // An hour: the longest that a call of these commands can sensibly take; a longer one counts as that.
    private const long MaxMicroseconds = 3_600_000_000;

    // Three digits: 1 part in 1,000, at 190 KB for each histogram.
    private const int Digits = 3;

    private readonly Shard[] _shards;

    public CallRecorder()
    {
        // Callers of one shard wait for each other for the length of an addition; two for each core make that rare.
        _shards = new Shard[2 * Environment.ProcessorCount];
        for (var i = 0; i < _shards.Length; i++)
        {
            _shards[i] = new Shard();
        }
    }

    public static LongHistogram NewHistogram() => new(MaxMicroseconds, Digits);

    /// <summary>A call ended with a reply.</summary>
    public void Replied(int caller, string? backend, TimeSpan latency)
    {
        var microseconds = Math.Clamp((long)latency.TotalMicroseconds, 1, MaxMicroseconds);
        var shard = ShardOf(caller);
        lock (shard.Lock)
        {
            shard.Totals.Replies++;
            shard.Totals.Latency.RecordValue(microseconds);
            AddOne(shard.Totals.Backends, backend ?? "unknown");
        }
    }

    /// <summary>A call ended otherwise.</summary>
    public void Failed(int caller, string code)
    {
        var shard = ShardOf(caller);
        lock (shard.Lock)
        {
            AddOne(shard.Totals.Errors, code);
        }
    }

    /// <summary>Everything until now.</summary>
    public CallTotals Read()
    {
        var sum = new CallTotals();
        foreach (var shard in _shards)
        {
            lock (shard.Lock)
            {
                sum.Replies += shard.Totals.Replies;
                sum.Latency.Add(shard.Totals.Latency);
                Add(sum.Errors, shard.Totals.Errors);
                Add(sum.Backends, shard.Totals.Backends);
            }
        }

        return sum;
    }

    private static void Add(SortedDictionary<string, long> sum, SortedDictionary<string, long> some)
    {
        foreach (var (name, count) in some)
        {
            sum[name] = sum.GetValueOrDefault(name) + count;
        }
    }

    private static void AddOne(SortedDictionary<string, long> counts, string name) => counts[name] = counts.GetValueOrDefault(name) + 1;

    private Shard ShardOf(int caller) => _shards[caller % _shards.Length];

    private sealed class Shard
    {
        public Lock Lock { get; } = new();

        public CallTotals Totals { get; } = new();
    }
}
