using BrokerServe.Protocol;
using BrokerServe.Protocol.Commands;

namespace BrokerServe.Router.Tests.Simulation;

/// <summary>The broker: endpoint queues that last, queues of replicas and routers that die with their connections.</summary>
internal sealed class SimBroker(SimWorld world)
{
    private readonly Dictionary<string, SimWorker> _replicaQueues = [];
    private readonly Dictionary<string, (SimRouter Router, SimLink Link)> _replyQueues = [];

    public Dictionary<string, SimQueue> Endpoints { get; } = [];

    public List<SimRouter> Routers { get; } = [];

    public List<SimWorker> Workers { get; } = [];

    public void AddEndpoint(string name) => Endpoints.Add(name, new SimQueue(world, name));

    public void Open(SimWorker worker) => _replicaQueues.Add(worker.Queue, worker);

    public void Close(SimWorker worker) => _replicaQueues.Remove(worker.Queue);

    public void OpenReplies(string key, SimRouter router, SimLink link) => _replyQueues.Add(key, (router, link));

    public void CloseReplies(string key) => _replyQueues.Remove(key);

    /// <summary>A frame has reached the broker: it goes to the replica's queue, or comes back because that is gone.</summary>
    public void Route(SimFrame frame, SimLink? returns)
    {
        if (_replicaQueues.TryGetValue(frame.Queue, out var worker))
        {
            worker.FromBroker.Send(() => worker.Take(frame));
        }
        else
        {
            returns?.Send(() => frame.Router.HearOfGoneQueue(frame.Queue));
        }
    }

    /// <summary>A reply has reached the broker: it goes to the router's queue of that epoch, or nowhere.</summary>
    public void RouteReply(string key, SimQuery query, ReplyStatus status)
    {
        if (_replyQueues.TryGetValue(key, out var queue))
        {
            queue.Link.Send(() => queue.Router.TakeReply(query, status));
        }
    }

    public void RouteHeld(string key, HeldReport report)
    {
        if (_replyQueues.TryGetValue(key, out var queue))
        {
            queue.Link.Send(() => queue.Router.TakeHeld(report));
        }
    }

    /// <summary>A replica's announcement, to every router that hears at the moment.</summary>
    public void Announce(SimWorker worker, SimAnnouncement announcement)
    {
        foreach (var (router, link) in _replyQueues.Values)
        {
            link.Send(() => router.Hear(worker, announcement));
        }
    }

    /// <summary>A producer gave a call up: every router is told.</summary>
    public void Cancel(SimCall call)
    {
        foreach (var (router, link) in _replyQueues.Values)
        {
            link.Send(() => router.HearCancel(call));
        }
    }
}
