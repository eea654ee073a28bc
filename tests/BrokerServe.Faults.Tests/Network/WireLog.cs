using System.Collections.Concurrent;
using System.Globalization;

namespace BrokerServe.Faults.Tests.Network;

/// <summary>Which requests a router got, and which it answered, as it went over the wire: by message id, how often.</summary>
/// <remarks>Of requests and answers that travel alone; one message of many names none of them.</remarks>
internal sealed class WireLog(string name, string prefix)
{
    public string Name => name;

    public ConcurrentDictionary<long, int> Delivered { get; } = [];

    /// <summary>By connection, too: what was not confirmed on one is said again on the next.</summary>
    public ConcurrentDictionary<(FrameLink Link, long Id), int> Answered { get; } = [];

    /// <summary>Puts down a message; <paramref name="method"/> is the frame before its header.</summary>
    public void Note(FrameLink link, Frame method, Frame header)
    {
        if (!long.TryParse(header.MessageId, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id))
        {
            return;
        }

        if (method.Method == "basic.deliver" && method.Exchange == $"{prefix}.requests")
        {
            Delivered.AddOrUpdate(id, 1, (_, count) => count + 1);
        }
        else if (method.Method == "basic.publish" && method.RoutingKey.StartsWith($"{prefix}.reply.", StringComparison.Ordinal))
        {
            Answered.AddOrUpdate((link, id), 1, (_, count) => count + 1);
        }
    }
}
