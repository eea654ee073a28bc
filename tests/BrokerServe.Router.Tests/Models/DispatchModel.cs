using BrokerServe.Protocol;
using BrokerServe.Router.Configuration;
using BrokerServe.Router.Dispatch;

namespace BrokerServe.Router.Tests.Models;

/// <summary>What a dispatcher must do, with lists and scans: no index, no wheel, no table, no links.</summary>
/// <remarks>
/// It has requests of its own, twins of those that the production code gets. Where several requests end at once, their order is not
/// promised; the model then follows the order that it is handed, after checking that it is one of the right ones.
/// </remarks>
internal sealed partial class DispatchModel(BackendConfig config)
{
    private readonly BacklogModel _backlog = new();
    private readonly List<ModelReplica> _replicas = [];
    private readonly Dictionary<int, long> _requeuedUpTo = [];
    private readonly Dictionary<int, long> _removedUpTo = [];
    private long _clockOfPlaces;
    private long _arrivals;
    private uint _endedEpoch;
    private bool _removed;

    public BackendConfig Config { get; private set; } = config;

    public long NowMs { get; set; }

    /// <summary>Messages that may still be sent in this turn.</summary>
    public int Room { get; set; }

    /// <summary>Every open slot, in the order of dispatch.</summary>
    public List<ModelAttempt> Open { get; } = [];

    /// <summary>How requests ended in this turn: a status, "dropped" or "requeued".</summary>
    public Dictionary<string, string> Ended { get; } = [];

    public IReadOnlyList<ModelReplica> Replicas => _replicas;

    public int Queued => _backlog.Waiting + _aside.Count;

    public int Held => _backlog.Held;

    public int Shadows => _backlog.Shadows.Count;

    public int Live => _replicas.Count(r => r.Counts);

    public int Credit => _replicas.Where(r => r.IsOpen && r != _quarantine).Sum(r => Math.Max(0, r.Limit - HeldBy(r)));

    /// <summary>Something waits, a replica has credit, and only the publishing loop has no room.</summary>
    public bool IsStarved => (!_backlog.IsEmpty && LeastLoaded() is not null && Next() is null) || SuspectLacksRoom;

    public void BeginTurn(long nowMs, int room)
    {
        (NowMs, Room) = (nowMs, room);
        Ended.Clear();
        foreach (var replica in _replicas)
        {
            replica.Sent.Clear();
            replica.Told.Clear();
        }
    }

    public void Arrive(Request request)
    {
        request.ArrivalNumber = ++_arrivals;
        Pair();
        if (request.IsShadow)
        {
            ArriveShadow(request);
        }
        else if (request.Epoch <= _endedEpoch)
        {
            End(request, "dropped");
        }
        else if (Refusal(request) is { } refusal)
        {
            End(request, refusal);
        }
        else if (_backlog.IsEmpty && Next() is { } replica)
        {
            Send(request, replica); // Past the backlog: no turn of its endpoint, and none of its 16 dispatches.
        }
        else if (IsFull(request))
        {
            _backlog.Hold(request);
        }
        else
        {
            _backlog.Add(request, first: false);
        }

        Pair();
    }

    public void Reply(ModelAttempt attempt, ReplyStatus status)
    {
        Close(attempt);
        attempt.Replica.RefusedMs = status == ReplyStatus.Overloaded ? NowMs : null;
        attempt.Replica.RefusedAt = ++_clockOfPlaces;
        if (status == ReplyStatus.ShuttingDown)
        {
            Retire(attempt.Replica);
        }

        if (attempt.Request is { } request)
        {
            request.Attempts -= status == ReplyStatus.Overloaded ? 1 : 0;
            if ((status == ReplyStatus.ShuttingDown && MayRetry(request)) || (status == ReplyStatus.Overloaded && MayRunAgain(request)))
            {
                Reoffer(request);
            }
            else
            {
                End(request, request.IsShadow ? "dropped" : status.Name());
            }
        }

        Pair();
    }

    public void Cancel(string id)
    {
        var waiting = _backlog.All.Concat(_aside).FirstOrDefault(r => r.CorrelationId.ToString() == id && !r.IsShadow);
        var flying = Open.FirstOrDefault(a => a.Request is { IsShadow: false } r && r.CorrelationId.ToString() == id);
        if (flying is { Replica: { IsPlain: false, State: not ReplicaState.Leaving } })
        {
            flying.Replica.Told.Add("cancel");
        }

        if ((waiting ?? flying?.Request) is { } request)
        {
            LetGo(request);
            End(request, "cancelled");
            Pair();
        }
    }

    public void RequeueEndpoint(int endpoint, IEnumerable<string> order)
    {
        _requeuedUpTo[endpoint] = _arrivals;
        Empty(endpoint, "requeued", order);
    }

    public void RemoveEndpoint(int endpoint, IEnumerable<string> order)
    {
        _removedUpTo[endpoint] = _arrivals;
        Empty(endpoint, "endpoint_removed", order);
    }

    private void Empty(int endpoint, string ending, IEnumerable<string> order)
    {
        foreach (var request in InOrder(_backlog.AllOf(endpoint).Concat(_aside.Where(r => r.EndpointId == endpoint)), order))
        {
            LetGo(request);
            End(request, ending);
        }

        Pair();
    }

    public void Remove(IEnumerable<string> order)
    {
        _removed = true;
        foreach (var request in InOrder(_backlog.All.Concat(_aside), order))
        {
            LetGo(request);
            End(request, request.IsShadow ? "dropped" : "backend_removed");
        }
    }

    public void Reconfigure(BackendConfig config)
    {
        Config = config;
        _backlog.AdmitHeld(config.MaxQueuedQueries);
        Pair();
    }

    public void Pair()
    {
        PlaceSuspects();
        while (!_backlog.IsEmpty && Next() is { } replica)
        {
            var request = _backlog.Take(Config.MaxQueuedQueries)!;
            if (request.DeadlineMs <= NowMs)
            {
                Expire(request);
                continue;
            }

            if (IsLastOfSuspect(request))
            {
                _aside.Add(request);
                PlaceSuspects();
                continue;
            }

            Send(request, replica);
        }
    }

    private void Send(Request request, ModelReplica replica)
    {
        Room -= replica.IsPlain || replica.Sent.Count == 0 ? 1 : 0;
        request.Attempts++;
        var attempt = new ModelAttempt(replica, request);
        Open.Add(attempt);
        replica.Sent.Add(attempt);
        replica.Since = ++_clockOfPlaces;
    }

    private ModelReplica? Next() => LeastLoaded() is { } least && CanSendTo(least) ? least : null;

    private ModelReplica? LeastLoaded() =>
        _replicas.Where(r => r.IsOpen && r != _quarantine && HeldBy(r) < r.Limit).OrderBy(HeldBy).ThenBy(r => r.Since).FirstOrDefault();

    private bool CanSendTo(ModelReplica replica) => Room > 0 || (!replica.IsPlain && replica.Sent.Count > 0);

    private int HeldBy(ModelReplica replica) => Open.Count(a => a.Replica == replica);

    private bool IsFull(Request request) => _backlog.WaitingOf(request.EndpointId) >= Config.MaxQueuedQueries && Next() is null;

    private string? Refusal(Request request) =>
        _removed ? "backend_removed"
        : request.DeadlineMs <= NowMs ? "deadline_exceeded"
        : Live == 0 && Config.WhenNoReplica == WhenNoReplica.Reject ? "no_backend"
        : !IsFull(request) ? null
        : Live == 0 ? "no_backend"
        : Config.WhenFull == WhenFull.Reject ? "overloaded"
        : null;

    private void ArriveShadow(Request request)
    {
        if (_removed)
        {
            End(request, "dropped");
            return;
        }

        _backlog.Shadows.Add(request);
        Pair();
        if (request.Call.Length > Config.ShadowMaxBytes && _backlog.Shadows.Remove(request))
        {
            End(request, "dropped");
        }

        while (_backlog.Shadows.Count > Config.ShadowMaxQueued || _backlog.Shadows.Sum(s => s.Call.Length) > Config.ShadowMaxBytes)
        {
            End(_backlog.Shadows[0], "dropped");
            _backlog.Shadows.RemoveAt(0);
        }
    }

    private bool MayRetry(Request request) => request.Attempts < Config.MaxAttempts && MayRunAgain(request);

    private bool MayRunAgain(Request request) => !request.IsShadow && !request.AtMostOnce && request.DeadlineMs > NowMs && !_removed;

    private void RetryElsewhere(Request request)
    {
        if (MayRetry(request))
        {
            Reoffer(request);
        }
        else
        {
            End(
                request,
                request.IsShadow ? "dropped"
                : request.DeadlineMs <= NowMs ? "deadline_exceeded"
                : request.Attempts == 0 ? "backend_removed"
                : "replica_lost");
        }
    }

    private void Reoffer(Request request)
    {
        if (request.ArrivalNumber <= _removedUpTo.GetValueOrDefault(request.EndpointId))
        {
            End(request, "endpoint_removed");
        }
        else if (request.ArrivalNumber <= _requeuedUpTo.GetValueOrDefault(request.EndpointId))
        {
            End(request, "requeued");
        }
        else
        {
            _backlog.Add(request, first: true);
        }
    }

    private void Expire(Request request) => End(request, request.IsShadow ? "dropped" : "deadline_exceeded");

    private void LetGo(Request request)
    {
        _aside.Remove(request);
        if (_backlog.All.Contains(request))
        {
            _backlog.Remove(request, Config.MaxQueuedQueries);
        }

        foreach (var attempt in Open.Where(a => a.Request == request))
        {
            attempt.Request = null;
        }
    }

    private void Close(ModelAttempt attempt)
    {
        Open.Remove(attempt);
        attempt.Replica.Since = ++_clockOfPlaces;
        ForgetIfDone(attempt.Replica);
    }

    private void End(Request request, string ending) => Ended.Add(request.CorrelationId.ToString(), ending);

    private static Request[] InOrder(IEnumerable<Request> requests, IEnumerable<string> order)
    {
        var byId = requests.ToDictionary(r => r.CorrelationId.ToString());
        string[] ids = [.. order.Where(byId.ContainsKey)];
        Assert.Equal(byId.Keys.Order(), ids.Order());
        return [.. ids.Select(id => byId[id])];
    }
}
