using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace BrokerServe.RabbitMq.Connecting;

/// <summary>One node of a cluster.</summary>
internal sealed record BrokerNode(string Host, int Port)
{
    /// <inheritdoc/>
    public override string ToString() => Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";

    /// <summary>Reads <c>name</c>, <c>name:port</c>, <c>[address]</c> or <c>[address]:port</c>.</summary>
    public static bool TryParse(string text, int defaultPort, [NotNullWhen(true)] out BrokerNode? node)
    {
        node = null;
        var close = text.StartsWith('[') ? text.IndexOf(']') : -1;
        var colon = text.IndexOf(':', close + 1);
        var host = colon < 0 ? text : text[..colon];
        host = close > 0 ? host[1..^1] : host;
        var port = defaultPort;
        if (colon >= 0 && !int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port))
        {
            return false;
        }

        if (port is < 1 or > 65_535 || Uri.CheckHostName(host) == UriHostNameType.Unknown)
        {
            return false;
        }

        node = new BrokerNode(host, port);
        return true;
    }
}
