using System.Diagnostics;
using System.Numerics;

namespace BrokerServe.Router.Dispatch;

/// <summary>The replicas with credit, by how much each has in flight: the least loaded is found in a constant number of steps.</summary>
/// <remarks>
/// <para>A bucket per number in flight, first in, first out, so that ties take turns; over the buckets a bitmap of the non-empty ones,
/// and over that a bitmap of its non-zero words. Finding the lowest set bit reads one summary word per 4,096 buckets.</para>
/// <para>Every query moves its replica twice. The lists therefore link places, which are numbers, and not replicas: writing a reference
/// costs the collector's write barrier. Measured: three quarters of the time of links between objects.</para>
/// </remarks>
internal sealed class CreditIndex
{
    private const int WordBits = 64;
    private const int None = -1;

    private Bucket[] _buckets = [];
    private Place[] _places = [];
    private int _freePlace = None;
    private ulong[] _words = new ulong[1];
    private ulong[] _summary = new ulong[1];

    /// <summary>Summary words read so far: the only loop in here, counted so that a test can hold it constant.</summary>
    public long Probes { get; private set; }

    /// <summary>Adds a replica with credit as the last of its peers.</summary>
    public void Add(Replica replica)
    {
        Debug.Assert(replica.HasCredit && replica.Bucket < 0, "A replica is indexed once, and only while it has credit.");
        var number = replica.InFlight;
        EnsureBucket(number);
        replica.Bucket = number;
        if (replica.Place < 0)
        {
            replica.Place = TakePlace(replica);
        }

        ref var bucket = ref _buckets[number];
        ref var place = ref _places[replica.Place];
        place.Previous = bucket.Last;
        place.Next = None;
        if (bucket.Last == None)
        {
            bucket.First = replica.Place;
            _words[number / WordBits] |= 1UL << (number % WordBits);
            _summary[number / WordBits / WordBits] |= 1UL << (number / WordBits % WordBits);
        }
        else
        {
            _places[bucket.Last].Next = replica.Place;
        }

        bucket.Last = replica.Place;
    }

    /// <summary>Removes a replica; no error when it is not in here.</summary>
    public void Remove(Replica replica)
    {
        if (replica.Bucket < 0)
        {
            return;
        }

        ref var bucket = ref _buckets[replica.Bucket];
        ref var place = ref _places[replica.Place];
        if (place.Previous == None)
        {
            bucket.First = place.Next;
        }
        else
        {
            _places[place.Previous].Next = place.Next;
        }

        if (place.Next == None)
        {
            bucket.Last = place.Previous;
        }
        else
        {
            _places[place.Next].Previous = place.Previous;
        }

        if (bucket.First == None)
        {
            ClearBit(replica.Bucket);
        }

        replica.Bucket = -1;
    }

    /// <summary>Forgets a replica that will never be added again.</summary>
    public void Forget(Replica replica)
    {
        Remove(replica);
        if (replica.Place >= 0)
        {
            _places[replica.Place] = new Place { Next = _freePlace };
            _freePlace = replica.Place;
            replica.Place = -1;
        }
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
                return _places[_buckets[(word * WordBits) + BitOperations.TrailingZeroCount(_words[word])].First].Replica;
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

    private int TakePlace(Replica replica)
    {
        if (_freePlace == None)
        {
            var old = _places.Length;
            Array.Resize(ref _places, Math.Max(16, old * 2));
            for (var index = _places.Length - 1; index >= old; index--)
            {
                _places[index].Next = _freePlace;
                _freePlace = index;
            }
        }

        var taken = _freePlace;
        _freePlace = _places[taken].Next;
        _places[taken].Replica = replica;
        return taken;
    }

    private void EnsureBucket(int number)
    {
        var old = _buckets.Length;
        if (number < old)
        {
            return;
        }

        var length = Math.Max(WordBits, (int)BitOperations.RoundUpToPowerOf2((uint)number + 1));
        Array.Resize(ref _buckets, length);
        _buckets.AsSpan(old).Fill(new Bucket { First = None, Last = None });
        Array.Resize(ref _words, length / WordBits);
        Array.Resize(ref _summary, Math.Max(1, length / WordBits / WordBits));
    }

    /// <summary>The ends of a list.</summary>
    private struct Bucket
    {
        public int First;
        public int Last;
    }

    /// <summary>Where a replica stands in its list; of free places <see cref="Next"/> makes a list, too.</summary>
    private struct Place
    {
        public Replica? Replica;
        public int Previous;
        public int Next;
    }
}
