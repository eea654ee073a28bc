using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace BrokerServe.Worker.Memory;

/// <summary>The last replies, as far as count, age and bytes allow. One owner.</summary>
internal sealed class ReplyWindow(int maxReplies, long maxAgeMs, long maxBytes)
{
    /// <summary>What the dictionary, the queue and three objects take for a reply, beside its payload and ids.</summary>
    private const int OverheadBytes = 256;

    private readonly Dictionary<ReplyKey, Entry> _entries = [];
    private readonly Queue<(ReplyKey Key, Entry Entry)> _oldestFirst = new();

    public int Count => _entries.Count;

    public long Bytes { get; private set; }

    public bool TryGet(in ReplyKey key, long nowMs, [NotNullWhen(true)] out ReplyPayload? reply)
    {
        Forget(nowMs);
        reply = _entries.TryGetValue(key, out var entry) ? entry.Reply : default(ReplyPayload?);
        return reply is not null;
    }

    /// <summary>Remembers a reply, whose bytes nobody else writes to. One that is there already stays, and as old as it is.</summary>
    public void Add(in ReplyKey key, in ReplyPayload reply, long nowMs)
    {
        Forget(nowMs);
        var bytes = OverheadBytes + reply.Bytes.Length + (2L * (key.AppId.Length + key.MessageId.Length));
        if (bytes > maxBytes)
        {
            return;
        }

        var entry = new Entry(reply, bytes, nowMs + maxAgeMs);
        if (!_entries.TryAdd(key, entry))
        {
            return;
        }

        _oldestFirst.Enqueue((key, entry));
        Bytes += bytes;
        Forget(nowMs);
    }

    private void Forget(long nowMs)
    {
        // All live equally long, so the oldest is the first to go for whatever reason.
        while (_oldestFirst.TryPeek(out var oldest) && (Count > maxReplies || Bytes > maxBytes || oldest.Entry.UntilMs <= nowMs))
        {
            _oldestFirst.Dequeue();
            _entries.Remove(oldest.Key);
            Bytes -= oldest.Entry.Bytes;
        }

        Debug.Assert(_entries.Count == _oldestFirst.Count && Bytes >= 0, "The window has lost count.");
    }

    private sealed record Entry(ReplyPayload Reply, long Bytes, long UntilMs);
}
