namespace BrokerServe.Protocol;

/// <summary>Names of everything that BrokerServe declares at a broker. All parties of one system use one prefix.</summary>
/// <remarks>
/// Immutable; any thread. Nothing here checks the names that it is given: <see cref="Names.IsValid"/> does.
/// </remarks>
public sealed class ObjectNames
{
    /// <summary>The prefix when none is configured.</summary>
    public const string DefaultPrefix = "brokerserve";

    /// <summary>What the broker names its direct reply-to addresses.</summary>
    public const string DirectReplyToPrefix = "amq.rabbitmq.reply-to.";

    /// <summary>Names under <paramref name="prefix"/>.</summary>
    public ObjectNames(string prefix = DefaultPrefix)
    {
        Prefix = prefix;
        Requests = $"{prefix}.requests";
        Unroutable = $"{prefix}.unroutable";
        Replies = $"{prefix}.replies";
        Replicas = $"{prefix}.replicas";
        Routers = $"{prefix}.routers";
        Cancels = $"{prefix}.cancels";
        Reports = $"{prefix}.reports";
        Dead = $"{prefix}.dead";
        Control = $"{prefix}.control";
        ControlSnapshots = $"{prefix}.control.snapshots";
        ClientReplyPrefix = $"{prefix}.reply.";
    }

    /// <summary>The prefix of every name.</summary>
    public string Prefix { get; }

    /// <summary>Direct exchange that producers publish requests to; the routing key is the endpoint.</summary>
    public string Requests { get; }

    /// <summary>Fanout exchange, and the one queue bound to it, for requests whose endpoint has no queue.</summary>
    public string Unroutable { get; }

    /// <summary>Direct exchange that replicas publish replies to; the routing key is the query's reply key.</summary>
    public string Replies { get; }

    /// <summary>Fanout exchange for announcements of replicas.</summary>
    public string Replicas { get; }

    /// <summary>Fanout exchange for announcements of routers.</summary>
    public string Routers { get; }

    /// <summary>Fanout exchange by which producers give requests up.</summary>
    public string Cancels { get; }

    /// <summary>Fanout exchange for queue-length reports.</summary>
    public string Reports { get; }

    /// <summary>Queue for what was given up on.</summary>
    public string Dead { get; }

    /// <summary>Stream of changes of what routers serve, and the direct exchange that leads to it and to its snapshots.</summary>
    public string Control { get; }

    /// <summary>Stream of what the changes came to, from time to time, so that nobody need read them all.</summary>
    public string ControlSnapshots { get; }

    /// <summary>How the reply queues of clients begin.</summary>
    public string ClientReplyPrefix { get; }

    /// <summary>The queue in which an endpoint's requests wait.</summary>
    public string EndpointQueue(string endpoint) => $"{Prefix}.endpoint.{endpoint}";

    /// <summary>The queue of one replica.</summary>
    public string ReplicaQueue(string backend, string replica) => $"{Prefix}.replica.{backend}.{replica}";

    /// <summary>The reply queue of one client connection.</summary>
    public string ClientReplyQueue(string client) => ClientReplyPrefix + client;

    /// <summary>The reply queue of one router in one epoch; also its key at <see cref="Replies"/>.</summary>
    public string RouterReplyQueue(string router, long epoch) => RouterQueue(router, "replies", epoch);

    /// <summary>Where one router, in one epoch, hears what replicas and other routers announce.</summary>
    public string RouterAnnouncementQueue(string router, long epoch) => RouterQueue(router, "announcements", epoch);

    /// <summary>Where one router, in one epoch, hears which requests were given up.</summary>
    public string RouterCancelQueue(string router, long epoch) => RouterQueue(router, "cancels", epoch);

    /// <summary>Where one router, in one epoch, hears the reports of all routers, its own included.</summary>
    public string RouterReportQueue(string router, long epoch) => RouterQueue(router, "reports", epoch);

    /// <summary>Where one replica hears what routers announce.</summary>
    /// <remarks>
    /// Three names of 80 would make 256 bytes, one more than AMQP carries; the .NET worker, which alone declares it, calls its replicas by 16.
    /// </remarks>
    public string ReplicaAnnouncementQueue(string backend, string replica) => $"{Prefix}.announcements.{backend}.{replica}";

    /// <summary>Where one tool that looks on, such as <c>brokerserve top</c>, hears announcements and reports.</summary>
    public string OperatorQueue(string client) => $"{Prefix}.operator.{client}";

    // The word behind the prefix is the kind, so whatever an endpoint, a replica or a router is called, its queues are not taken for
    // another kind's. Purpose and number are the last two words, so no router's name can look like them.
    private string RouterQueue(string router, string purpose, long epoch) => $"{Prefix}.router.{router}.{purpose}.{epoch}";
}
