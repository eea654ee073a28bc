using BrokerServe.Protocol;
using BrokerServe.Transport;
using BrokerServe.Transport.Buffers;

namespace BrokerServe.Client.Replies;

/// <summary>The headers that an answer would have as a message of its own, made once for each replica that answers.</summary>
/// <remarks>For one thread. What does not fit pushes out what was there.</remarks>
internal sealed class AnswerHeaders
{
    private const int Places = 64; // Replicas that answer one client at a time; a power of two.

    private readonly TextCache _texts = new();
    private readonly (string Backend, string Replica, int Attempts, HeaderTable Headers)[] _entries =
        new (string, string, int, HeaderTable)[Places];

    /// <summary>The headers; null when no replica was asked.</summary>
    public HeaderTable? Of(ReadOnlySpan<byte> backend, ReadOnlySpan<byte> replica, int attempts)
    {
        if (backend.IsEmpty || replica.IsEmpty)
        {
            return null;
        }

        var backendText = _texts.Get(backend);
        var replicaText = _texts.Get(replica);
        ref var entry = ref _entries[(replica[^1] + (replica[replica.Length / 2] * 7) + attempts) & (Places - 1)];
        if (entry.Attempts != attempts || entry.Replica != replicaText || entry.Backend != backendText)
        {
            HeaderTable headers =
            [
                new(HeaderNames.Backend, backendText), new(HeaderNames.Replica, replicaText), new(HeaderNames.Attempts, attempts),
            ];
            entry = (backendText, replicaText, attempts, headers);
        }

        return entry.Headers;
    }
}
