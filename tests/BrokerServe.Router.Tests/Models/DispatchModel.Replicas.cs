using BrokerServe.Protocol;
using BrokerServe.Router.Dispatch;

namespace BrokerServe.Router.Tests.Models;

// Replicas come and go, connections end, time passes.
internal sealed partial class DispatchModel
{
    public void Join(string name, bool isPlain, int limit, bool isDrained)
    {
        if (Find(name) is { } there)
        {
            SetLimit(there, limit, isDrained);
            return;
        }

        _replicas.Add(new ModelReplica(name, isPlain) { Limit = limit, IsDrained = isDrained, Since = ++_clockOfPlaces });
        Pair();
    }

    public void SetLimit(string name, int limit)
    {
        if (Find(name) is { IsDrained: false } replica)
        {
            SetLimit(replica, limit, isDrained: false);
        }
    }

    public void Drain(string name)
    {
        if (Find(name) is { State: not ReplicaState.Leaving } replica)
        {
            Retire(replica);
            replica.Told.Add("fence");
            Pair();
        }
    }

    public void Leave(string name)
    {
        if (Find(name) is { } replica)
        {
            replica.State = ReplicaState.Leaving;
            ForgetIfDone(replica);
            Pair();
        }
    }

    public void Lose(string name, ModelAttempt? returned = null)
    {
        if (Find(name) is not { } replica)
        {
            return;
        }

        _replicas.Remove(replica);
        var unreached = returned is null ? [] : replica.IsPlain ? [returned] : Open.Skip(Open.IndexOf(returned)).Where(a => a.Replica == replica).ToArray();
        foreach (var attempt in NewestFirst(replica))
        {
            Close(attempt);
            if (attempt.Request is not { } request)
            {
                continue;
            }

            if (unreached.Contains(attempt))
            {
                request.Attempts -= request.AtMostOnce ? 0 : 1;
            }
            else
            {
                _suspects.Add(request);
            }

            RetryElsewhere(request);
        }

        Pair();
    }

    public void EndEpoch(uint epoch, IEnumerable<string> order)
    {
        _endedEpoch = Math.Max(_endedEpoch, epoch);
        var flying = Open.Select(a => a.Request).OfType<Request>().ToHashSet();
        var ended = flying.Concat(_backlog.All).Concat(_aside).Where(r => !r.IsShadow && r.Epoch <= epoch);
        foreach (var request in InOrder(ended, order))
        {
            LetGo(request);
            End(request, request.AtMostOnce && flying.Contains(request) ? "outcome_unknown" : "dropped");
        }

        Pair();
    }

    public void Resync(uint incarnation)
    {
        foreach (var replica in _replicas.Where(r => r.State != ReplicaState.Leaving))
        {
            if (replica.IsPlain)
            {
                foreach (var attempt in NewestFirst(replica))
                {
                    attempt.GivenUpMs = attempt.DeadlineMs + 5_000;
                }
            }
            else
            {
                replica.DrainsAfterSync |= replica.State == ReplicaState.Draining;
                replica.State = ReplicaState.Syncing;
                replica.Awaited = incarnation;
                Ask(replica);
            }
        }
    }

    public void Hold(string name, uint incarnation, IReadOnlyCollection<Ticket> listed)
    {
        if (Find(name) is not { State: ReplicaState.Syncing } replica || replica.Awaited != incarnation)
        {
            return;
        }

        foreach (var attempt in NewestFirst(replica).Where(a => !listed.Contains(a.Ticket)))
        {
            Close(attempt);
            if (attempt.Request is not { } request)
            {
                continue;
            }

            if (request.AtMostOnce)
            {
                End(request, request.IsShadow ? "dropped" : "outcome_unknown");
            }
            else
            {
                request.Attempts--;
                RetryElsewhere(request);
            }
        }

        replica.State = replica.DrainsAfterSync ? ReplicaState.Draining : ReplicaState.Serving;
        replica.Since = ++_clockOfPlaces;
        Pair();
    }

    public void Tick(IEnumerable<string> order)
    {
        var all = _backlog.All.Concat(_aside).Concat(Open.Select(a => a.Request).OfType<Request>());
        foreach (var request in InOrder(all.Where(r => r.DeadlineMs <= NowMs), order))
        {
            LetGo(request);
            Expire(request);
        }

        foreach (var attempt in Open.Where(a => a.GivenUpMs <= NowMs).ToArray())
        {
            Close(attempt);
        }

        foreach (var replica in _replicas.Where(r => r.State == ReplicaState.Syncing && NowMs - r.SyncSentMs >= 5_000))
        {
            Ask(replica);
        }

        foreach (var replica in _replicas.Where(r => NowMs - r.RefusedMs >= 50).OrderBy(r => r.RefusedAt))
        {
            replica.RefusedMs = null;
            replica.Since = ++_clockOfPlaces;
        }

        Pair();
    }

    private void SetLimit(ModelReplica replica, int limit, bool isDrained)
    {
        if (replica.Limit != limit || replica.IsDrained != isDrained)
        {
            (replica.Limit, replica.IsDrained) = (limit, isDrained);
            replica.Since = ++_clockOfPlaces;
            Pair();
        }
    }

    private void Ask(ModelReplica replica)
    {
        replica.SyncSentMs = NowMs;
        replica.Told.Add("sync");
    }

    private static void Retire(ModelReplica replica)
    {
        if (replica.State == ReplicaState.Syncing)
        {
            replica.DrainsAfterSync = true;
        }
        else if (replica.State == ReplicaState.Serving)
        {
            replica.State = ReplicaState.Draining;
        }
    }

    private void ForgetIfDone(ModelReplica replica)
    {
        if (replica.State == ReplicaState.Leaving && HeldBy(replica) == 0)
        {
            _replicas.Remove(replica);
        }
    }

    private ModelReplica? Find(string name) => _replicas.SingleOrDefault(r => r.Name == name);

    private ModelAttempt[] NewestFirst(ModelReplica replica) => [.. Open.Where(a => a.Replica == replica).Reverse()];
}
