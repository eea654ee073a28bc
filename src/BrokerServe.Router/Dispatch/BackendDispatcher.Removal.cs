using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Protocol.Commands;

namespace BrokerServe.Router.Dispatch;

// Producers, endpoints and the backend itself are given up.
internal sealed partial class BackendDispatcher
{
    // By endpoint, the last arrival that is answered as removed when its attempt is lost; an entry for each endpoint that was ever removed.
    private readonly Dictionary<int, long> _removedUpTo = [];

    // By endpoint, the last arrival that goes back to the broker; an entry for each endpoint that this router ever gave up.
    private readonly Dictionary<int, long> _requeuedUpTo = [];

    /// <summary>A producer gave a request up: queued work is dropped, a running handler is told. The credit returns when the replica says so.</summary>
    /// <param name="replyTo">The request's return address.</param>
    /// <param name="correlationId">The request's id.</param>
    /// <param name="untilMs">Until when it may still come, on the router's monotonic clock, and is then answered at once.</param>
    /// <returns>Whether the request is here.</returns>
    public bool Cancel(string replyTo, string correlationId, long untilMs = 0)
    {
        if (_cancels.Find(replyTo, correlationId) is not { } request)
        {
            _earlyCancels.Add(replyTo, correlationId, untilMs, NowMs);
            return false;
        }

        if (request.State == RequestState.InFlight)
        {
            var replica = _slots[request.SlotIndex].Replica!;
            if (replica is { Dialect: Dialect.Framed, State: not ReplicaState.Leaving })
            {
                Ticket[] tickets = [_slots.TicketOf(request.SlotIndex)];
                _outbox.Commands.Add(new CommandDecision(replica, new CancelCommand(_router, tickets)));
            }
        }

        Fail(request, RouterErrors.Cancelled());
        Pair();
        return true;
    }

    /// <summary>An endpoint was removed by command: what waits is answered so, what is in flight finishes.</summary>
    /// <remarks>
    /// An attempt of it that is lost or refused later is answered so, too: it can go back nowhere, for another router may have deleted the queue.
    /// That is so for what has arrived by now, as with <see cref="RequeueEndpoint"/>.
    /// </remarks>
    public void RemoveEndpoint(int endpointId, string endpoint)
    {
        _removedUpTo[endpointId] = _arrivals;
        CollectAside(request => request.EndpointId == endpointId);
        foreach (var request in _collected)
        {
            Fail(request, RouterErrors.EndpointRemoved(endpoint));
        }

        _collected.Clear();
        while (_backlog.AnyOf(endpointId) is { } request)
        {
            Fail(request, RouterErrors.EndpointRemoved(endpoint));
        }

        Pair(); // As at the end of an epoch.
    }

    /// <summary>An endpoint is no longer this router's: what waits goes back to the broker, what is in flight finishes.</summary>
    /// <remarks>
    /// An attempt of it that is lost or refused later goes back, too, instead of waiting here for a replica that may never come. That is so
    /// for what has arrived by now, and for ever: a request belongs to the consumption that it came with, whose consumer ended before this
    /// was said. What a later consumption brings has a later number, so nothing has to say that the endpoint is served again.
    /// </remarks>
    public void RequeueEndpoint(int endpointId)
    {
        _requeuedUpTo[endpointId] = _arrivals;
        CollectAside(request => request.EndpointId == endpointId);
        foreach (var request in _collected)
        {
            Requeue(request);
        }

        _collected.Clear();
        while (_backlog.AnyOf(endpointId) is { } request)
        {
            Requeue(request);
        }

        Pair(); // As at the end of an epoch.
    }

    private void Requeue(Request request)
    {
        LetGo(request);
        request.State = RequestState.Dropped;
        _outbox.Requeued.Add(request);
    }

    /// <summary>The backend was removed, nothing waits and nothing is at a replica.</summary>
    public bool IsVacant => _removed && _slots.Open == 0 && _backlog is { IsEmpty: true, Held: 0 };

    /// <summary>The backend was removed: what waits, and whatever still arrives, is answered so; what is in flight finishes.</summary>
    public void Remove()
    {
        _removed = true;
        while ((_aside.First ?? _backlog.Any()) is { } request)
        {
            Fail(request, RouterErrors.BackendRemoved(_model.Name));
        }
    }

    /// <summary>The configuration names the backend no more: what waits, and whatever still arrives, goes back to the broker, and is chosen for
    /// anew when it comes again; what is in flight finishes.</summary>
    public void Forget()
    {
        _removed = _givesBack = true;
        while ((_aside.First ?? _backlog.Any()) is { } request)
        {
            if (GoesBack(request))
            {
                Requeue(request);
            }
            else
            {
                Fail(request, RouterErrors.BackendRemoved(_model.Name));
            }
        }
    }

    // At most once, what comes again has perhaps run already, for all that anybody knows then; here it is known that it has not.
    private bool GoesBack(Request request) => _givesBack && request is { IsShadow: false, AtMostOnce: false };
}
