using System.IO.Hashing;
using System.Runtime.InteropServices;
using BrokerServe.Transport.Buffers;

namespace BrokerServe.Router.Dispatch;

/// <summary>Requests that were given up before they came here: they wait in the broker, or another router has them, or nobody has any more.</summary>
/// <remarks>
/// Owned by one dispatch loop. It keeps a hash of 128 bits, seeded so that no producer can aim at another's: two keys that share one are not
/// to be met with. Where the bound is reached the oldest is forgotten, and its request runs, as one does whose cancellation was lost.
/// </remarks>
internal sealed class EarlyCancels
{
    /// <summary>Cancellations that are kept in mind: half a MiB, and all calls that a large producer has open at once.</summary>
    public const int MaxEntries = 10_000;

    private readonly XxHash128 _hash = new(Random.Shared.NextInt64());
    private readonly Dictionary<UInt128, long> _untilMs = [];
    private readonly Queue<UInt128> _oldestFirst = new();
    private ShortText _correlationId;

    public int Count => _untilMs.Count;

    /// <summary>Keeps a cancellation in mind until its request's deadline.</summary>
    public void Add(string replyTo, string correlationId, long untilMs, long nowMs)
    {
        while (_oldestFirst.TryPeek(out var oldest) && (Count >= MaxEntries || _untilMs[oldest] <= nowMs))
        {
            _untilMs.Remove(_oldestFirst.Dequeue());
        }

        _correlationId.Set(correlationId);
        if (untilMs > nowMs && _untilMs.TryAdd(KeyOf(replyTo, _correlationId.Utf8), untilMs))
        {
            _oldestFirst.Enqueue(KeyOf(replyTo, _correlationId.Utf8));
        }
    }

    /// <summary>Whether a request that has just come was given up before. It stays so: the broker may deliver it once more.</summary>
    public bool Contains(Request request, long nowMs) =>
        Count > 0 && request.HasCancelKey
        && _untilMs.TryGetValue(KeyOf(request.ReplyTo!, request.CorrelationId.Utf8), out var untilMs) && untilMs > nowMs;

    private UInt128 KeyOf(string replyTo, ReadOnlySpan<byte> correlationId)
    {
        _hash.Reset();
        _hash.Append(MemoryMarshal.AsBytes(replyTo.AsSpan()));
        _hash.Append([0xFF, 0xFF]); // No half of a UTF-16 text, nor UTF-8: where one ends and the other begins.
        _hash.Append(correlationId);
        return _hash.GetCurrentHashAsUInt128();
    }
}
