using System.Text;
using BrokerServe.Protocol;
using BrokerServe.Protocol.Frames;
using BrokerServe.Transport;

namespace BrokerServe.Router.Egress;

/// <summary>What a message of its own says of a call that its producer had said: in plain queries, and in copies for the dead queue.</summary>
internal static class CarriedHeaders
{
    /// <summary>Adds trace context and metadata.</summary>
    public static void Add(List<KeyValuePair<string, HeaderValue>> headers, in QueryView call)
    {
        AddText(headers, HeaderNames.TraceParent, call.TraceParent);
        AddText(headers, HeaderNames.TraceState, call.TraceState);
        foreach (var (name, value) in call.ReadMetadata())
        {
            headers.Add(new(name, value));
        }
    }

    /// <summary>Adds a text that was said.</summary>
    public static void AddText(List<KeyValuePair<string, HeaderValue>> headers, string name, ReadOnlySpan<byte> utf8)
    {
        if (!utf8.IsEmpty)
        {
            headers.Add(new(name, Encoding.UTF8.GetString(utf8)));
        }
    }

    /// <summary>A text for a property; null when it was not said.</summary>
    public static string? TextOrNull(ReadOnlySpan<byte> utf8) => utf8.IsEmpty ? null : Encoding.UTF8.GetString(utf8);
}
