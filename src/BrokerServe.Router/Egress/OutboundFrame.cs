using BrokerServe.Router.Dispatch;
using BrokerServe.Router.Mailboxes;
using BrokerServe.Transport;
using BrokerServe.Transport.Buffers;

namespace BrokerServe.Router.Egress;

/// <summary>One message that needs no confirm: a frame of queries, a command, an announcement, a report.</summary>
internal sealed class OutboundFrame : MailboxNode
{
    private NodePool<OutboundFrame>? _pool;
    private FrameCredit? _credit;

    public string Exchange { get; private set; } = "";

    public string RoutingKey { get; private set; } = "";

    public MessageProperties Properties { get; private set; }

    public ReadOnlyMemory<byte> Body => _body.Memory;

    /// <summary>A message for one queue: if that is gone, its replica is.</summary>
    public bool Mandatory => Exchange.Length == 0;

    private PooledBytes _body;

    /// <summary>Fills the frame; the body is its own from here on.</summary>
    /// <param name="exchange">Empty for the default exchange.</param>
    /// <param name="routingKey">A queue's name, or what the exchange goes by.</param>
    /// <param name="properties">Properties and headers.</param>
    /// <param name="body">Rented bytes.</param>
    /// <param name="credit">What is returned when the frame has left; null for messages that nobody counts.</param>
    /// <param name="pool">Where the frame goes when it has left; null for a rare one.</param>
    public OutboundFrame Fill(
        string exchange, string routingKey, in MessageProperties properties, PooledBytes body, FrameCredit? credit, NodePool<OutboundFrame>? pool)
    {
        Exchange = exchange;
        RoutingKey = routingKey;
        Properties = properties;
        _body = body;
        _credit = credit;
        _pool = pool;
        return this;
    }

    /// <summary>The frame was written, or given up: returns memory and credit. Once.</summary>
    public void Leave()
    {
        var (credit, pool) = (_credit, _pool);
        _body.Return();
        _body = default;
        Properties = default;
        (_credit, _pool) = (null, null);
        pool?.Return(this);
        credit?.Return();
    }
}
