namespace BrokerServe.RabbitMq.Connecting;

/// <summary>What a broker URI says: which nodes, which virtual host, who logs in.</summary>
/// <remarks>Read by hand because <see cref="Uri"/> knows one host only. Nothing here prints the password.</remarks>
internal sealed class BrokerAddress
{
    private const int PlainPort = 5672;
    private const int TlsPort = 5671;

    private BrokerAddress(bool tls, string user, string password, IReadOnlyList<BrokerNode> nodes, string virtualHost)
    {
        Tls = tls;
        User = user;
        Password = password;
        Nodes = nodes;
        VirtualHost = virtualHost;
    }

    public bool Tls { get; }

    public string User { get; }

    public string Password { get; }

    public IReadOnlyList<BrokerNode> Nodes { get; }

    public string VirtualHost { get; }

    /// <summary>The address without user and password.</summary>
    public override string ToString() =>
        $"{(Tls ? "amqps" : "amqp")}://{string.Join(',', Nodes)}/{(VirtualHost == "/" ? "" : Uri.EscapeDataString(VirtualHost))}";

    /// <summary>Reads a URI; false with a sentence about what is wrong, which never repeats user or password.</summary>
    public static bool TryParse(string uri, out BrokerAddress? address, out string? problem)
    {
        address = null;
        var scheme = uri.IndexOf("://", StringComparison.Ordinal);
        var tls = scheme == 5 && uri.StartsWith("amqps", StringComparison.OrdinalIgnoreCase);
        if (!tls && !(scheme == 4 && uri.StartsWith("amqp", StringComparison.OrdinalIgnoreCase)))
        {
            problem = "The broker URI must begin with amqp:// or amqps://, as in amqp://user:password@host:5672/vhost.";
            return false;
        }

        var rest = uri[(scheme + 3)..];
        if (rest.Contains('?') || rest.Contains('#'))
        {
            problem = "The broker URI must have no part after '?' or '#': settings such as the heartbeat are options, and in a password "
                + "these are written %3F and %23.";
            return false;
        }

        // The last '@' ends the login, so that a password with an '@' in it needs no escaping.
        var at = rest.LastIndexOf('@');
        var (user, password) = at < 0 ? ("guest", "guest") : Login(rest[..at]);
        var place = rest[(at + 1)..];
        var slash = place.IndexOf('/');
        var path = slash < 0 ? "" : place[(slash + 1)..];
        if (path.Contains('/'))
        {
            problem = "The broker URI names a virtual host with '/' in it: write %2F instead.";
            return false;
        }

        var nodes = new List<BrokerNode>();
        foreach (var host in (slash < 0 ? place : place[..slash]).Split(','))
        {
            if (!BrokerNode.TryParse(host.Trim(), tls ? TlsPort : PlainPort, out var node))
            {
                problem = $"Host {nodes.Count + 1} of the broker URI cannot be read; hosts look like name, name:5672 or [::1]:5672.";
                return false;
            }

            nodes.Add(node);
        }

        address = new BrokerAddress(tls, user, password, nodes, path.Length == 0 ? "/" : Uri.UnescapeDataString(path));
        problem = null;
        return true;
    }

    private static (string User, string Password) Login(string login)
    {
        var colon = login.IndexOf(':');
        return colon < 0
            ? (Uri.UnescapeDataString(login), "")
            : (Uri.UnescapeDataString(login[..colon]), Uri.UnescapeDataString(login[(colon + 1)..]));
    }
}
