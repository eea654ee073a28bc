using System.ComponentModel.DataAnnotations;
using BrokerServe.Protocol;
using BrokerServe.Transport;
using BrokerServe.Transport.Supervision;

namespace BrokerServe.Router.Configuration;

/// <summary>What an operator says of a router: the section <c>BrokerServe</c>.</summary>
/// <remarks>Read once, at start, all errors at once. Of a later change only <see cref="Endpoints"/> and <see cref="Backends"/> take effect
/// without a restart.</remarks>
public sealed class RouterOptions
{
    /// <summary>How the names of all queues and exchanges begin. Routers, workers and clients of one system share it.</summary>
    /// <value>1 to 80 of A-Z a-z 0-9 _ . - and beginning with a letter, a digit or _. Default <c>brokerserve</c>.</value>
    public string Prefix { get; set; } = ObjectNames.DefaultPrefix;

    /// <summary>How this router's name begins among the routers of the system, in announcements, reports and logs; letters drawn at each start
    /// follow, because a router that starts anew is another one.</summary>
    /// <value>1 to 71 of A-Z a-z 0-9 _ . - and beginning with a letter, a digit or _: nine more make it a name. Default null: <c>router</c>.</value>
    public string? RouterId { get; set; }

    /// <summary>How often this router announces itself to replicas and other routers.</summary>
    /// <value>100 ms to 1 minute. Default 1 s, a third of the default lease.</value>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long others may believe this router's announcements: after so long a silence it counts as lost. Replicas announce a
    /// lease of their own.</summary>
    /// <value>200 ms to 10 minutes, and at least twice <see cref="HeartbeatInterval"/>. Default 3 s: two heartbeats may be late or lost.</value>
    [Range(typeof(TimeSpan), "00:00:00.200", "00:10:00")]
    public TimeSpan LeaseTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Bytes of requests that this router keeps in memory for all endpoints together; above it a request is answered
    /// <c>overloaded</c>. Brokers have no prefetch in bytes, so this is the bound that saves the process.</summary>
    /// <value>1 MiB to 1 TiB. Default 256 MiB: a quarter of a million requests of 1 KiB.</value>
    [Range(1024d * 1024, 1024d * 1024 * 1024 * 1024)]
    public long MaxBufferedBytes { get; set; } = 256L * 1024 * 1024;

    /// <summary>How the broker keeps the queues that all routers share beside those of endpoints: of requests to unknown endpoints, and of what was
    /// given up on. It cannot change while they are there: a queue has one type for life.</summary>
    /// <value>Default Classic; on three nodes or more choose Quorum: a classic queue is on one node, and while that is away no router can connect.</value>
    public QueueType SharedQueueType { get; set; } = QueueType.Classic;

    /// <summary>How far the clocks of producers, routers and workers may be apart. Deadlines hold within it: so long after its deadline a
    /// query counts as over at a replica that cannot be asked.</summary>
    /// <value>0 to 5 minutes. Default 5 s: machines that set their clocks over the network differ by far less.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The broker's <c>consumer_timeout</c>, which <see cref="EndpointConfig.MaxTimeout"/> must stay below. This does not set it.</summary>
    /// <value>1 minute to 7 days. Default 30 minutes: the default of RabbitMQ.</value>
    [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00")]
    public TimeSpan BrokerConsumerTimeout { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How to come back after a lost connection to the broker.</summary>
    /// <value>Default: at once, then with waits that double from 100 ms to 5 s.</value>
    public ReconnectOptions Reconnect { get; set; } = new();

    /// <summary>Whether endpoints and backends come from the control log at the broker, which all routers follow and commands change, instead of
    /// from here.</summary>
    /// <value>Default false: <see cref="Endpoints"/> and <see cref="Backends"/> say what is served. When true there must be none of either.</value>
    public bool ControlLog { get; set; }

    /// <summary>Endpoints by name: <c>BrokerServe:Endpoints:NAME</c>.</summary>
    public IDictionary<string, EndpointConfig> Endpoints { get; } = new Dictionary<string, EndpointConfig>(StringComparer.Ordinal);

    /// <summary>Backends by name: <c>BrokerServe:Backends:NAME</c>.</summary>
    public IDictionary<string, BackendConfig> Backends { get; } = new Dictionary<string, BackendConfig>(StringComparer.Ordinal);

    /// <summary>Where this was read: how the places in error messages begin.</summary>
    internal string Section { get; set; } = ConfigErrors.DefaultSection;

    /// <summary>What could not be read; the validator hands it on.</summary>
    internal List<string> ReadErrors { get; } = [];

    /// <summary>The part that can change while the router runs.</summary>
    internal RouterConfig ToConfig() => new() { Endpoints = Endpoints.AsReadOnly(), Backends = Backends.AsReadOnly() };
}
