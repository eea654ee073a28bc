using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Protocol.Commands;
using BrokerServe.Router.Configuration;
using BrokerServe.Router.Dispatch;
using BrokerServe.Router.Ingress;
using BrokerServe.Router.Mailboxes;
using BrokerServe.Router.Routing;

namespace BrokerServe.Router.Tests.Dispatch;

/// <summary>The dispatcher under a load that stays the same: for every request that ends another arrives. It makes nothing new itself.</summary>
internal sealed class SteadyLoad
{
    private const int RequestEveryMs = 1; // A thousand requests per second of the wheel's time.

    private readonly Outbox _outbox = new();
    private readonly BackendDispatcher _dispatcher;
    private readonly Mailbox<Mail> _mailbox = new();
    private readonly RequestPool _pool = new();
    private readonly Queue<Ticket> _atReplicas;
    private readonly string[] _correlationIds;
    private readonly int _endpoints;
    private long _sent;

    public SteadyLoad(int replicas, int limit, int waiting, int endpoints = 1)
    {
        var config = new BackendConfig { MaxQueuedQueries = waiting + 1 };
        _dispatcher = new BackendDispatcher("router", new BackendModel("backend", config), new SlotTable(0), _outbox);
        _dispatcher.Resync(new SyncCommand("router", 1, 1, "replies"));
        _endpoints = endpoints;
        var atOnce = (replicas * limit) + waiting + 1;
        _correlationIds = [.. Enumerable.Range(0, 2 * atOnce).Select(i => $"call-{i:D8}")];
        _atReplicas = new Queue<Ticket>(2 * atOnce);
        for (var i = 0; i < replicas; i++)
        {
            _dispatcher.Join($"replica-{i}", $"queue-{i}", Dialect.Framed, limit);
        }

        // Every replica is full but for one query, so that the next request finds credit if nothing waits.
        for (var i = 0; i < atOnce - 1; i++)
        {
            Send();
            Turn();
        }
    }

    public BackendDispatcher Dispatcher => _dispatcher;

    /// <summary>So many times: one request arrives, one reply comes, and the clock moves.</summary>
    public void Run(int requests)
    {
        for (var i = 0; i < requests; i++)
        {
            _dispatcher.NowMs += RequestEveryMs;
            if (_dispatcher.NowMs % DeadlineWheel.TickMs == 0)
            {
                _dispatcher.Tick();
            }

            _dispatcher.Reply(_atReplicas.Dequeue(), ReplyStatus.Ok, default, contentType: null);
            Turn();
            Send();
            Turn();
        }
    }

    private void Send()
    {
        var request = _pool.Rent();
        request.EndpointId = (int)(_sent % _endpoints);
        request.Priority = (int)(_sent % 10);
        request.ReplyTo = "replies.caller";
        request.CorrelationId.Set(_correlationIds[_sent % _correlationIds.Length]);
        request.DeadlineMs = _dispatcher.NowMs + 10_000_000;
        request.Epoch = 1;
        _sent++;
        _mailbox.Post(request);
    }

    private void Turn()
    {
        _outbox.FrameCredit = FrameCredit.Limit;
        while (_mailbox.TryTake(out var mail))
        {
            mail.Deliver(_dispatcher);
        }

        foreach (var replica in _outbox.Recipients)
        {
            foreach (var query in replica.Decided)
            {
                _atReplicas.Enqueue(query.Ticket);
            }
        }

        foreach (var request in _outbox.Answers)
        {
            _pool.Return(request);
        }

        if (_outbox.Dropped.Count > 0)
        {
            throw new InvalidOperationException("Nothing is dropped in a steady state.");
        }

        _outbox.Clear();
    }
}
