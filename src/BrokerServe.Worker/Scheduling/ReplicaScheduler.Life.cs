using System.Diagnostics;
using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Worker.Replies;

namespace BrokerServe.Worker.Scheduling;

internal sealed partial class ReplicaScheduler
{
    /// <summary>A new life on new connections: a new replica to the routers, without any query.</summary>
    public void BeginLife(string replica, long now)
    {
        Debug.Assert(HeldCount == 0 && _line.First is null, "Nothing outlives a life but running handlers.");
        _replica = replica;
        _presence.Join(now);
    }

    /// <summary>
    /// A connection was lost, or the replica has left: what waits is forgotten, what runs is cancelled, and nothing of it is answered any
    /// more. Its places at the gate come back when the handlers have ended.
    /// </summary>
    public void EndLife()
    {
        foreach (var router in _routers.All)
        {
            foreach (var query in router.Held.Values)
            {
                Forget(query);
            }

            router.Held.Clear();
        }

        HeldCount = 0;
        _deadlines.Clear();
        _routers.Clear();
        _presence.Vanish();
    }

    /// <summary>Begins to drain: the routers are told, and each answers with a fence.</summary>
    public void Drain(long now) => _presence.Drain(now);

    /// <summary>Ends the grace period now, because whoever stops the process cannot wait.</summary>
    public void CutShort(long now)
    {
        if (_presence.State is PresenceState.Present or PresenceState.Draining)
        {
            Stop(now);
        }
    }

    private void Forget(HeldQuery query)
    {
        if (query.Phase == QueryPhase.Waiting)
        {
            Unqueue(query);
        }
        else
        {
            GiveUp(query, ReplyStatus.Cancelled);
        }

        query.Phase = QueryPhase.Answered;
    }

    private void AdvancePresence(long now)
    {
        if (_presence.State == PresenceState.Draining)
        {
            if (HeldCount == 0 && _routers.HaveAllFenced(now))
            {
                Leave();
            }
            else if (now >= _presence.EndsMs)
            {
                Stop(now);
            }
        }

        if (_presence.State == PresenceState.Stopping)
        {
            if (now >= _presence.EndsMs)
            {
                AnswerForDeafHandlers();
            }

            if (HeldCount == 0)
            {
                Leave();
            }
        }

        if (_presence.TakeAnnouncement(now) is { } kind)
        {
            _routers.Forget(now);
            Outbox.Outgoing.Add(Outgoing.Announce(kind, HeldCount));
        }
    }

    private void Stop(long now)
    {
        _presence.Stop(now);
        foreach (var query in AllHeld())
        {
            GiveUp(query, ReplyStatus.ShuttingDown);
        }
    }

    /// <summary>The process ends with handlers that ignore their token; their callers must not wait for them.</summary>
    private void AnswerForDeafHandlers()
    {
        foreach (var query in AllHeld())
        {
            AnswerError(query, ReplyStatus.ShuttingDown, ErrorReplies.CutOff);
        }
    }

    private void Leave()
    {
        _presence.Leave();
        Outbox.Outgoing.Add(Outgoing.Announce(AnnouncementKind.Leave, HeldCount));
        Outbox.HasLeft = true;
    }

    private List<HeldQuery> AllHeld()
    {
        var held = new List<HeldQuery>(HeldCount);
        foreach (var router in _routers.All)
        {
            held.AddRange(router.Held.Values);
        }

        return held;
    }
}
