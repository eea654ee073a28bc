using System.Diagnostics.CodeAnalysis;

namespace BrokerServe.Router.Dispatch;

/// <summary>What waits for one backend: per endpoint and priority, with the endpoints taking turns, and shadow copies after all of them.</summary>
/// <remarks>Every operation takes a constant number of steps, however much waits (<see cref="EndpointBacklog.Priorities"/> at most).</remarks>
internal sealed class Backlog
{
    private EndpointBacklog?[] _byEndpoint = new EndpointBacklog?[8];
    private EndpointBacklog? _turn; // The endpoint whose turn it is; a ring of those with something waiting.
    private RequestQueue _shadows;

    /// <summary>Requests in the backlog, shadows and held ones not counted.</summary>
    public int Waiting { get; private set; }

    /// <summary>Requests beyond their backlog's bound.</summary>
    public int Held { get; private set; }

    public int Shadows => _shadows.Count;

    public long ShadowBytes { get; private set; }

    public Request? OldestShadow => _shadows.First;

    public bool IsEmpty => Waiting == 0 && _shadows.Count == 0;

    /// <summary>How many of an endpoint's requests wait.</summary>
    public int WaitingOf(int endpointId) => Find(endpointId)?.Waiting ?? 0;

    public void AddLast(Request request)
    {
        var endpoint = FindOrAdd(request.EndpointId);
        endpoint.AddLast(request);
        Entered(endpoint);
    }

    public void AddFirst(Request request)
    {
        var endpoint = FindOrAdd(request.EndpointId);
        endpoint.AddFirst(request);
        Entered(endpoint);
    }

    public void Hold(Request request)
    {
        FindOrAdd(request.EndpointId).Hold(request);
        Held++;
    }

    public void AddShadow(Request request)
    {
        request.State = RequestState.Waiting;
        _shadows.AddLast(request);
        ShadowBytes += request.Call.Length;
    }

    /// <summary>Takes the request to dispatch next.</summary>
    /// <param name="maxWaiting">The bound up to which held requests of the same endpoint move up into the room.</param>
    /// <param name="request">The request.</param>
    public bool TryTake(int maxWaiting, [NotNullWhen(true)] out Request? request)
    {
        if (_turn is { } endpoint)
        {
            request = endpoint.Take();
            _turn = endpoint.RingNext;
            Left(endpoint, maxWaiting);
            return true;
        }

        request = _shadows.First;
        if (request is null)
        {
            return false;
        }

        RemoveShadow(request);
        request.State = RequestState.Unplaced;
        return true;
    }

    /// <summary>Removes a request that waits or is held.</summary>
    public void Remove(Request request, int maxWaiting)
    {
        if (request.IsShadow)
        {
            RemoveShadow(request);
            return;
        }

        var endpoint = Find(request.EndpointId)!;
        var wasHeld = request.State == RequestState.Held;
        endpoint.Remove(request);
        if (wasHeld)
        {
            Held--;
        }
        else
        {
            Left(endpoint, maxWaiting);
        }
    }

    /// <summary>Some request of an endpoint that waits or is held, for emptying it; null when there is none.</summary>
    public Request? AnyOf(int endpointId) => Find(endpointId)?.Any();

    /// <summary>Some request that waits or is held, shadows last, for emptying all; null when there is none.</summary>
    public Request? Any()
    {
        if (_turn is not null)
        {
            return _turn.Any();
        }

        for (var id = 0; Held > 0 && id < _byEndpoint.Length; id++)
        {
            if (_byEndpoint[id]?.Any() is { } held)
            {
                return held;
            }
        }

        return _shadows.First;
    }

    /// <summary>Moves held requests up while the bound leaves room, after it was raised.</summary>
    public void AdmitHeld(int maxWaiting)
    {
        foreach (var endpoint in _byEndpoint)
        {
            if (endpoint is not null)
            {
                AdmitHeld(endpoint, maxWaiting);
            }
        }
    }

    /// <summary>Adds every request of an epoch up to <paramref name="epoch"/> that waits or is held; shadows belong to none.</summary>
    public void CollectUpTo(uint epoch, List<Request> into)
    {
        foreach (var endpoint in _byEndpoint)
        {
            endpoint?.CollectUpTo(epoch, into);
        }
    }

    private void Entered(EndpointBacklog endpoint)
    {
        Waiting++;
        if (endpoint.Waiting == 1)
        {
            JoinRing(endpoint);
        }
    }

    private void Left(EndpointBacklog endpoint, int maxWaiting)
    {
        Waiting--;
        if (endpoint.Waiting == 0)
        {
            LeaveRing(endpoint);
        }

        AdmitHeld(endpoint, maxWaiting);
    }

    private void AdmitHeld(EndpointBacklog endpoint, int maxWaiting)
    {
        while (endpoint.Held > 0 && endpoint.Waiting < maxWaiting)
        {
            endpoint.AdmitHeld();
            Held--;
            Entered(endpoint);
        }
    }

    private void RemoveShadow(Request request)
    {
        _shadows.Remove(request);
        ShadowBytes -= request.Call.Length;
    }

    private void JoinRing(EndpointBacklog endpoint)
    {
        if (_turn is null)
        {
            endpoint.RingNext = endpoint.RingPrevious = _turn = endpoint;
            return;
        }

        // Last in the ring: just before the one whose turn it is.
        endpoint.RingNext = _turn;
        endpoint.RingPrevious = _turn.RingPrevious;
        _turn.RingPrevious!.RingNext = endpoint;
        _turn.RingPrevious = endpoint;
    }

    private void LeaveRing(EndpointBacklog endpoint)
    {
        if (ReferenceEquals(endpoint.RingNext, endpoint))
        {
            _turn = null;
        }
        else
        {
            endpoint.RingPrevious!.RingNext = endpoint.RingNext;
            endpoint.RingNext!.RingPrevious = endpoint.RingPrevious;
            if (ReferenceEquals(_turn, endpoint))
            {
                _turn = endpoint.RingNext;
            }
        }

        endpoint.RingNext = endpoint.RingPrevious = null;
    }

    private EndpointBacklog? Find(int endpointId) => endpointId < _byEndpoint.Length ? _byEndpoint[endpointId] : null;

    private EndpointBacklog FindOrAdd(int endpointId)
    {
        if (endpointId >= _byEndpoint.Length)
        {
            Array.Resize(ref _byEndpoint, Math.Max(endpointId + 1, _byEndpoint.Length * 2));
        }

        return _byEndpoint[endpointId] ??= new EndpointBacklog();
    }
}
