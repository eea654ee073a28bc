using System.Collections.Frozen;
using BrokerServe.Protocol;

namespace BrokerServe.Router.Routing;

/// <summary>Which headers of a request travel on as metadata: the compiled form of an endpoint's allow-list. Immutable.</summary>
internal sealed class HeaderFilter
{
    /// <summary>How the headers begin that BrokerServe itself reads; they are never metadata.</summary>
    public const string OwnPrefix = "bs-";

    private readonly FrozenSet<string> _names;
    private readonly string[] _prefixes;

    /// <param name="patterns">Exact names, and prefixes that end in <c>*</c>.</param>
    public HeaderFilter(IReadOnlyList<string> patterns)
    {
        _names = patterns.Where(p => !p.EndsWith('*')).ToFrozenSet(StringComparer.Ordinal);
        _prefixes = [.. patterns.Where(p => p.EndsWith('*')).Select(p => p[..^1])];
    }

    /// <summary>Whether a header of this name is metadata. Allocates nothing.</summary>
    public bool Forwards(string name) => (_names.Contains(name) || HasPrefix(name)) && !IsOwn(name);

    /// <summary>Whether BrokerServe itself gives this header a meaning; a <c>*</c> does not reach it.</summary>
    public static bool IsOwn(string name) =>
        name.StartsWith(OwnPrefix, StringComparison.Ordinal) || name is HeaderNames.TraceParent or HeaderNames.TraceState;

    private bool HasPrefix(string name)
    {
        foreach (var prefix in _prefixes)
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
