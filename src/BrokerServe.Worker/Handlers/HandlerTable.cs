using System.Text;
using BrokerServe.Protocol;
using BrokerServe.Transport;
using BrokerServe.Worker.Replies;

namespace BrokerServe.Worker.Handlers;

/// <summary>The handlers of a worker by call method. Immutable; safe for any thread.</summary>
internal sealed class HandlerTable
{
    // Requests carry the method in a short string, so what is longer is no method of ours.
    private const int MaxMethodBytes = BrokerLimits.MaxShortStringBytes;

    private readonly Dictionary<string, QueryHandler> _handlers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, QueryHandler>.AlternateLookup<ReadOnlySpan<char>> _byChars;
    private readonly QueryHandler? _default;
    private readonly string _backend;
    private readonly string _methods;

    public HandlerTable(string backend, IEnumerable<QueryHandler> handlers)
    {
        _backend = backend;
        foreach (var handler in handlers)
        {
            handler.Index = _handlers.Count;
            _handlers.Add(handler.Method, handler);
        }

        _byChars = _handlers.GetAlternateLookup<ReadOnlySpan<char>>();
        _handlers.TryGetValue(CallMethodAttribute.Default, out _default);
        _methods = string.Join(", ", _handlers.Keys.Order(StringComparer.Ordinal));
    }

    public int Count => _handlers.Count;

    /// <summary>The methods, for people.</summary>
    public string Methods => _methods;

    /// <summary>Finds the handler of a method; empty means <c>__call__</c>. Null when there is none.</summary>
    public QueryHandler? Find(ReadOnlySpan<byte> method)
    {
        if (method.IsEmpty)
        {
            return _default;
        }

        Span<char> chars = stackalloc char[MaxMethodBytes];
        return method.Length <= MaxMethodBytes
            && Encoding.UTF8.TryGetChars(method, chars, out var written)
            && _byChars.TryGetValue(chars[..written], out var handler)
            ? handler
            : null;
    }

    /// <summary>The error body for a method that <see cref="Find"/> does not find: names it, and lists what there is.</summary>
    public byte[] MethodNotFound(ReadOnlySpan<byte> method)
    {
        var name = method.IsEmpty
            ? CallMethodAttribute.Default
            : Encoding.UTF8.GetString(method[..Math.Min(method.Length, MaxMethodBytes)]);
        return ErrorReplies.Encode(
            ReplyStatus.MethodNotFound,
            $"Backend {_backend} has no method {name}. It has: {_methods}.",
            new Dictionary<string, string> { ["method"] = name, ["methods"] = _methods });
    }
}
