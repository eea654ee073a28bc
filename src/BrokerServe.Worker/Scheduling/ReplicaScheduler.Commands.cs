using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Protocol.Commands;
using BrokerServe.Worker.Replicas;
using BrokerServe.Worker.Replies;

namespace BrokerServe.Worker.Scheduling;

internal sealed partial class ReplicaScheduler
{
    /// <summary>A router's command came through the replica's queue, in order with its queries.</summary>
    public void Obey(ReplicaCommand command, long now)
    {
        if (_routers.FindOrAdd(command.Router, now) is not { } router)
        {
            Outbox.Discards.Add(DiscardReason.UnknownRouter);
            return;
        }

        RouterTable.Hear(router, now, RouterTable.SpeakingLeaseMs);
        switch (command)
        {
            case SyncCommand sync:
                Sync(router, sync);
                break;
            case FenceCommand:
                router.HasFenced = true;
                break;
            case CancelCommand cancel:
                Cancel(router, cancel);
                break;
            case ConfigureCommand configure:
                Configure(configure);
                break;
            default:
                Outbox.Discards.Add(DiscardReason.Malformed);
                break;
        }
    }

    /// <summary>A router's announcement to all.</summary>
    public void Hear(RouterAnnouncement announcement, long now)
    {
        if (announcement.Kind == AnnouncementKind.Leave)
        {
            if (_routers.Find(announcement.Router) is { } gone)
            {
                gone.HeardMs = now;
                gone.LeaseEndsMs = 0;
            }

            return;
        }

        if (_routers.FindOrAdd(announcement.Router, now) is not { } router)
        {
            Outbox.Discards.Add(DiscardReason.UnknownRouter);
            return;
        }

        RouterTable.Hear(router, now, announcement.LeaseMs);
        if (announcement.Kind == AnnouncementKind.Join)
        {
            _presence.AnnounceAgain(now);
        }
    }

    private void Sync(RouterState router, SyncCommand sync)
    {
        if (sync.Incarnation < router.Incarnation)
        {
            // Overtaken by a newer sync on another connection of the router, which waits for the newer answer only.
            Outbox.Discards.Add(DiscardReason.Stale);
            return;
        }

        router.Incarnation = sync.Incarnation;
        Readdress(router, Math.Max(router.Epoch, sync.Epoch), sync.ReplyKey);
        var given = new List<HeldQuery>();
        foreach (var query in router.Held.Values)
        {
            if (query.Epoch < sync.Epoch)
            {
                given.Add(query);
            }
        }

        foreach (var query in given)
        {
            GiveUp(query, ReplyStatus.Cancelled);
        }

        // Behind the replies that were ready before, on the same channel: a ticket is in one of them, or in the report, or not here.
        var tickets = new List<Ticket>(router.Held.Count);
        foreach (var query in router.Held.Values)
        {
            tickets.Add(query.Ticket);
        }

        Outbox.Outgoing.Add(Outgoing.Held(router.Route, new HeldReport(_replica, sync.Incarnation, tickets)));
    }

    private void Cancel(RouterState router, CancelCommand cancel)
    {
        foreach (var ticket in cancel.Tickets)
        {
            if (router.Held.TryGetValue(ticket.Value, out var query))
            {
                GiveUp(query, ReplyStatus.Cancelled);
            }
        }
    }

    private void Configure(ConfigureCommand configure)
    {
        _gate.Configure(configure.MaxConcurrent);
        _rules.Configure(configure.MaxBatchSize, configure.BatchWaitTimeoutMs);
        Outbox.UserConfig = configure.UserConfig ?? Reconfigurer.NoText;

        // A batch may have become full by the new size, or its wait may have been shortened.
        foreach (var batch in _openBatches)
        {
            if (batch is { IsInLine: false } && batch.Members.Count >= FullSize(batch.Handler))
            {
                CloseBatch(batch);
                _line.Append(batch);
            }
        }
    }

    private static void Readdress(RouterState router, uint epoch, string replyKey)
    {
        router.Epoch = epoch;
        router.Route.Key = replyKey;
    }
}
