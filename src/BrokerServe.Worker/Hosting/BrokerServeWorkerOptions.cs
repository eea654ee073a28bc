using System.ComponentModel.DataAnnotations;
using BrokerServe.Protocol;
using BrokerServe.Transport;
using BrokerServe.Transport.Supervision;
using BrokerServe.Worker.Handlers;

namespace BrokerServe.Worker;

/// <summary>One backend of this process: how many replicas, what they may do at once, and the handlers.</summary>
/// <remarks>Read and checked once, when the host starts, all faults at once; it must have a handler. Later changes have no effect.</remarks>
public sealed partial class BrokerServeWorkerOptions
{
    /// <summary>Replicas in this process. Each has its own limit, and is to the routers what another process would be.</summary>
    /// <value>1 to 64. Default 1; more than one pays where handlers use one core each, or to try things out.</value>
    [Range(1, 64)]
    public int Replicas { get; set; } = 1;

    /// <summary>
    /// Queries that one replica runs at once, however many routers there are. An operator can lower it while it runs, not raise
    /// it.
    /// </summary>
    /// <remarks>A handler that blocks occupies a thread of the pool meanwhile; many at once are for handlers that await.</remarks>
    /// <value>1 to 10,000. Default 8, as routers assume of replicas that say nothing.</value>
    [Range(1, 10_000)]
    public int MaxConcurrentQueries { get; set; } = 8;

    /// <summary>
    /// Queries that the routers together may have at one replica beyond those that it runs: they wait there, so that the next is at hand when
    /// one ends, and not two hops of the broker and a router away.
    /// </summary>
    /// <remarks>
    /// <para>For replicas that must not stand idle for those milliseconds: few places, short work. What waits here may wait behind slow work
    /// while another replica is free, and no higher priority passes it. If the replica dies, that has spent an attempt of it, and ends an
    /// at-most-once request that never began. A router takes the replica with the fewest queries: places are filled first only among replicas
    /// that are alike.</para>
    /// <para>With batch handlers let a whole batch wait, or none: fewer go as a small batch between the full ones. An operator's
    /// <c>MaxConcurrentQueries</c> for the backend counts what waits, too: at or below the worker's own, nothing waits here.</para>
    /// </remarks>
    /// <value>0 to 1,000, and with <see cref="MaxConcurrentQueries"/> no more than 10,000. Default 0: the routers keep what waits, for whoever is free first.</value>
    [Range(0, 1_000)]
    public int QueriesAhead { get; set; }

    /// <summary>
    /// Queries in one batch, for batch methods that do not say so themselves. An operator can change it while it runs.
    /// </summary>
    /// <value>1 to <see cref="MaxConcurrentQueries"/>, of which each member takes one place. Default null: as many as may run.</value>
    [Range(1, 10_000)]
    public int? MaxBatchSize { get; set; }

    /// <summary>How long the first query of a batch waits for others. An operator can change it while it runs.</summary>
    /// <value>0 to 60 s. Default 0: what arrived together goes together, and nothing waits.</value>
    public TimeSpan BatchWaitTimeout { get; set; }

    /// <summary>
    /// How long a stopping replica goes on, so that routers stop sending and handlers finish, before what is left is cancelled.
    /// </summary>
    /// <remarks>
    /// Cancelled handlers get 3 s more, and after them so do the last replies on their way to the broker. Keep the sum below
    /// <c>HostOptions.ShutdownTimeout</c> (30 s by default, for all services of the host together): when that ends first, what is left is
    /// cancelled at once. A container must get more than both before it is killed.
    /// </remarks>
    /// <value>
    /// 0 to 15 minutes, half of the time after which brokers take deliveries back. Default 20 s: with those 6 s it fits into the 30 s of a host.
    /// </value>
    public TimeSpan GracePeriod { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>The prefix of everything that BrokerServe declares at the broker; the routers' must be the same.</summary>
    /// <value>1 to 80 of A-Z a-z 0-9 _ . - and beginning with a letter, a digit or _. Default <c>brokerserve</c>.</value>
    public string Prefix { get; set; } = ObjectNames.DefaultPrefix;

    /// <summary>How to come back after a lost connection.</summary>
    [Required]
    public ReconnectOptions Reconnect { get; set; } = new();

    /// <summary>
    /// How typed handlers read requests and write replies, chosen by the query's content type; the first is for queries without
    /// one.
    /// </summary>
    /// <value>At least one. Default: MessagePack, then JSON. A content type that none reads is answered <c>bad_request</c>.</value>
    public IList<IPayloadSerializer> Serializers { get; } = [MessagePackPayloadSerializer.Default, new JsonPayloadSerializer()];

    internal List<QueryHandler> Handlers { get; } = [];

    internal Func<string, CancellationToken, Task>? Reconfigure { get; private set; }

    /// <summary>Says what to do with the operator's text for this backend (<c>UserConfig</c>, JSON by custom).</summary>
    /// <remarks>
    /// Called for each new text, and with an empty one when the operator removes it, once for the whole process and never twice at once, while
    /// queries go on; of texts that come while it runs only the last one counts. What it throws is logged, and the worker stays as it was.
    /// </remarks>
    /// <param name="reconfigure">Takes the text, up to 65,536 characters, and a token that fires when the worker stops.</param>
    /// <returns>The same options.</returns>
    /// <exception cref="InvalidOperationException">The worker has such a hook already.</exception>
    public BrokerServeWorkerOptions OnReconfigure(Func<string, CancellationToken, Task> reconfigure)
    {
        ArgumentNullException.ThrowIfNull(reconfigure);
        if (Reconfigure is not null)
        {
            throw new InvalidOperationException("OnReconfigure was given twice; one hook serves the whole worker.");
        }

        Reconfigure = reconfigure;
        return this;
    }

    private BrokerServeWorkerOptions Add(QueryHandler handler)
    {
        // Methods travel as AMQP short strings.
        var bytes = System.Text.Encoding.UTF8.GetByteCount(handler.Method);
        if (bytes is 0 or > BrokerLimits.MaxShortStringBytes)
        {
            throw new ArgumentException($"A call method has 1 to {BrokerLimits.MaxShortStringBytes} bytes of UTF-8; '{handler.Method}' has {bytes}.");
        }

        if (Handlers.Exists(other => other.Method == handler.Method))
        {
            throw new ArgumentException($"The call method {handler.Method} has two handlers; give one of them another method name.");
        }

        Handlers.Add(handler);
        return this;
    }
}
