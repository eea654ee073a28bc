using System.Diagnostics;
using System.Numerics;

namespace BrokerServe.Router.Dispatch;

/// <summary>The replicas with credit, by how much each has in flight: the least loaded is found in a constant number of steps.</summary>
/// <remarks>
/// A bucket per number in flight, first in, first out, so that ties take turns; over the buckets a bitmap of the non-empty ones,
/// and over that a bitmap of its non-zero words. Finding the lowest set bit reads one summary word per 4,096 buckets.
/// </remarks>
internal sealed class CreditIndex
{
    private const int WordBits = 64;

    private Replica?[] _first = new Replica?[WordBits];
    private Replica?[] _last = new Replica?[WordBits];
    private ulong[] _words = new ulong[1];
    private ulong[] _summary = new ulong[1];

    /// <summary>Summary words read so far: the only loop in here, counted so that a test can hold it constant.</summary>
    public long Probes { get; private set; }

    /// <summary>Adds a replica with credit as the last of its peers.</summary>
    public void Add(Replica replica)
    {
        Debug.Assert(replica.HasCredit && replica.Bucket < 0, "A replica is indexed once, and only while it has credit.");
        var bucket = replica.InFlight;
        EnsureBucket(bucket);
        replica.Bucket = bucket;
        replica.BucketPrevious = _last[bucket];
        if (_last[bucket] is { } last)
        {
            last.BucketNext = replica;
        }
        else
        {
            _first[bucket] = replica;
            _words[bucket / WordBits] |= 1UL << (bucket % WordBits);
            _summary[bucket / WordBits / WordBits] |= 1UL << (bucket / WordBits % WordBits);
        }

        _last[bucket] = replica;
    }

    /// <summary>Removes a replica; no error when it is not in here.</summary>
    public void Remove(Replica replica)
    {
        var bucket = replica.Bucket;
        if (bucket < 0)
        {
            return;
        }

        if (replica.BucketPrevious is { } previous)
        {
            previous.BucketNext = replica.BucketNext;
        }
        else
        {
            _first[bucket] = replica.BucketNext;
        }

        if (replica.BucketNext is { } next)
        {
            next.BucketPrevious = replica.BucketPrevious;
        }
        else
        {
            _last[bucket] = replica.BucketPrevious;
        }

        if (_first[bucket] is null)
        {
            ClearBit(bucket);
        }

        replica.Bucket = -1;
        replica.BucketNext = replica.BucketPrevious = null;
    }

    /// <summary>The replica with the least in flight, of equals the one that waited longest; null when none has credit.</summary>
    public Replica? LeastLoaded()
    {
        for (var i = 0; i < _summary.Length; i++)
        {
            Probes++;
            if (_summary[i] != 0)
            {
                var word = (i * WordBits) + BitOperations.TrailingZeroCount(_summary[i]);
                return _first[(word * WordBits) + BitOperations.TrailingZeroCount(_words[word])];
            }
        }

        return null;
    }

    private void ClearBit(int bucket)
    {
        var word = bucket / WordBits;
        _words[word] &= ~(1UL << (bucket % WordBits));
        if (_words[word] == 0)
        {
            _summary[word / WordBits] &= ~(1UL << (word % WordBits));
        }
    }

    private void EnsureBucket(int bucket)
    {
        if (bucket < _first.Length)
        {
            return;
        }

        var length = (int)BitOperations.RoundUpToPowerOf2((uint)bucket + 1);
        Array.Resize(ref _first, length);
        Array.Resize(ref _last, length);
        Array.Resize(ref _words, length / WordBits);
        Array.Resize(ref _summary, Math.Max(1, length / WordBits / WordBits));
    }
}
