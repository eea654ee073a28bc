using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace BrokerServe.Router.Dispatch;

/// <summary>Finds a request by what its producer would cancel it with: its reply-to and correlation id.</summary>
/// <remarks>Owned by one dispatch loop. Of two requests with the same key only the first can be cancelled; a producer that repeats ids asked for that.</remarks>
internal sealed class CancelIndex
{
    private readonly Dictionary<CancelKey, Request> _requests = new(new KeyComparer());

    public int Count => _requests.Count;

    public void Add(Request request)
    {
        if (request.HasCancelKey)
        {
            request.IsCancellable = _requests.TryAdd(new CancelKey(request.ReplyTo!, request.CorrelationId!), request);
        }
    }

    /// <summary>Forgets a request; no error when it is not in here.</summary>
    public void Remove(Request request)
    {
        if (request.IsCancellable)
        {
            request.IsCancellable = false;
            _requests.Remove(new CancelKey(request.ReplyTo!, request.CorrelationId!));
        }
    }

    /// <summary>The request of that key, or null.</summary>
    public Request? Find(string replyTo, string correlationId) =>
        _requests.GetValueOrDefault(new CancelKey(replyTo, correlationId));

    private readonly record struct CancelKey(string ReplyTo, string CorrelationId);

    /// <summary>Hashes the correlation id alone: it differs where reply-to does not. Seeded, so that no producer can aim at one bucket.</summary>
    private sealed class KeyComparer : IEqualityComparer<CancelKey>
    {
        private readonly long _seed = Random.Shared.NextInt64();

        public bool Equals(CancelKey x, CancelKey y) =>
            string.Equals(x.CorrelationId, y.CorrelationId, StringComparison.Ordinal)
            && string.Equals(x.ReplyTo, y.ReplyTo, StringComparison.Ordinal);

        public int GetHashCode(CancelKey key) =>
            (int)XxHash3.HashToUInt64(MemoryMarshal.AsBytes(key.CorrelationId.AsSpan()), _seed);
    }
}
