using System.Text;
using BrokerServe.Protocol;

namespace BrokerServe.Router.Routing;

/// <summary>Which headers of a request travel on as metadata: the compiled form of an endpoint's allow-list. Immutable.</summary>
/// <remarks>Names are looked at as the UTF-8 that they arrive as, one pattern after the other: an operator writes a handful.</remarks>
internal sealed class HeaderFilter
{
    private readonly byte[][] _names;
    private readonly byte[][] _prefixes;

    /// <param name="patterns">Exact names, and prefixes that end in <c>*</c>.</param>
    public HeaderFilter(IReadOnlyList<string> patterns)
    {
        _names = [.. patterns.Where(p => !p.EndsWith('*')).Select(Encoding.UTF8.GetBytes)];
        _prefixes = [.. patterns.Where(p => p.EndsWith('*')).Select(p => Encoding.UTF8.GetBytes(p[..^1]))];
    }

    /// <summary>Whether a header of this name is metadata. Allocates nothing.</summary>
    /// <param name="name">UTF-8.</param>
    public bool Forwards(ReadOnlySpan<byte> name) => (IsNamed(name) || HasPrefix(name)) && !IsOwn(name);

    /// <summary>Whether BrokerServe itself gives this header a meaning; such a one is never metadata, and a <c>*</c> does not reach it.</summary>
    /// <param name="name">UTF-8.</param>
    public static bool IsOwn(ReadOnlySpan<byte> name) =>
        name.StartsWith(HeaderNames.OwnPrefixUtf8) || name.SequenceEqual(HeaderNames.TraceParentUtf8) || name.SequenceEqual(HeaderNames.TraceStateUtf8);

    private bool IsNamed(ReadOnlySpan<byte> name)
    {
        foreach (var known in _names)
        {
            if (name.SequenceEqual(known))
            {
                return true;
            }
        }

        return false;
    }

    private bool HasPrefix(ReadOnlySpan<byte> name)
    {
        foreach (var prefix in _prefixes)
        {
            if (name.StartsWith(prefix))
            {
                return true;
            }
        }

        return false;
    }
}
