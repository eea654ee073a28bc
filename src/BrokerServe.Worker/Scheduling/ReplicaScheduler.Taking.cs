using BrokerServe.Protocol;
using BrokerServe.Protocol.Frames;
using BrokerServe.Worker.Handlers;
using BrokerServe.Worker.Replies;

namespace BrokerServe.Worker.Scheduling;

internal sealed partial class ReplicaScheduler
{
    /// <summary>Takes every query of a frame.</summary>
    /// <param name="frame">Lent: what outlives the call is copied.</param>
    /// <param name="received">When it was delivered: time left counts from then.</param>
    /// <param name="now">The time of this turn.</param>
    public void TakeFrame(ReadOnlySpan<byte> frame, in Moment received, long now)
    {
        if (!QueryFrameReader.TryOpen(frame, out var header, out var reader))
        {
            Outbox.Discards.Add(DiscardReason.Malformed);
            return;
        }

        if (_routers.FindOrAdd(header.Router, now) is not { } router)
        {
            Outbox.Discards.Add(DiscardReason.UnknownRouter);
            return;
        }

        RouterTable.Hear(router, now, RouterTable.SpeakingLeaseMs);
        if (header.Incarnation < router.Incarnation || header.Epoch < router.Epoch)
        {
            Outbox.Discards.Add(DiscardReason.Stale);
            return;
        }

        if (header.Epoch > router.Epoch || router.Route.Key.Length == 0)
        {
            Readdress(router, header.Epoch, _environment.Texts.Get(header.ReplyKey));
        }

        var bound = _announcedLimit * _routers.CountEntitled(now);
        while (reader.TryRead(out var query))
        {
            Take(router, header.Epoch, query, received, now, bound);
        }

        if (reader.Remaining > 0)
        {
            Outbox.Discards.Add(DiscardReason.Malformed);
        }
    }

    /// <summary>Takes one query: holds it, or answers it at once.</summary>
    /// <remarks>
    /// The bound is what well-behaved routers can have here at most: each may believe for a while that it is alone. Counted by
    /// what the replica announced, because the operator's limit may just have been cut.
    /// </remarks>
    private void Take(
        RouterState router, uint epoch, in QueryView view, in Moment received, long now, int bound)
    {
        if (router.Held.ContainsKey(view.Ticket.Value))
        {
            Outbox.Discards.Add(DiscardReason.Duplicate);
            return;
        }

        var handler = _handlers.Find(view.Method);
        if (handler is null)
        {
            Refuse(router, view, null, ReplyStatus.MethodNotFound, _handlers.MethodNotFound(view.Method));
            return;
        }

        if (_presence.State == PresenceState.Stopping)
        {
            Refuse(router, view, handler, ReplyStatus.ShuttingDown, ErrorReplies.NotBegun);
            return;
        }

        var left = view.TimeLeftMs;
        if (view.DeadlineUnixMs > 0)
        {
            left = Math.Min(left, view.DeadlineUnixMs - received.UnixMs);
        }

        var deadlineMs = received.Ms + left;
        if (deadlineMs <= now)
        {
            Refuse(router, view, handler, ReplyStatus.DeadlineExceeded, ErrorReplies.DeadlineExceeded);
            return;
        }

        if (HeldCount >= bound)
        {
            Refuse(router, view, handler, ReplyStatus.Overloaded, ErrorReplies.Overloaded);
            return;
        }

        var context = _environment.Open(view, handler.Method, _replica, received, deadlineMs);
        var query = new HeldQuery(router, view.Ticket, epoch, deadlineMs, handler, context);
        router.Held.Add(view.Ticket.Value, query);
        HeldCount++;
        _deadlines.Add(query);
        if (handler is BatchHandler batching)
        {
            JoinBatch(query, batching, now);
        }
        else
        {
            _line.Append(query);
        }
    }

    private void JoinBatch(HeldQuery query, BatchHandler handler, long now)
    {
        var batch = _openBatches[handler.Index] ??= new Batch(handler, now + _rules.WaitMsOf(handler));
        query.Batch = batch;
        batch.Members.Add(query);
        if (batch.Members.Count >= FullSize(handler))
        {
            CloseBatch(batch);
            if (!batch.IsInLine)
            {
                _line.Append(batch);
            }
        }
    }

    private void Refuse(RouterState router, in QueryView view, QueryHandler? handler, ReplyStatus status, byte[] body) =>
        Outbox.Outgoing.Add(
            Outgoing.Reply(router.Route, view.Ticket, status, ContentTypes.Error, body, handler?.Method));
}
