using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Protocol.Commands;

namespace BrokerServe.Worker.Tests.Harness;

/// <summary>What one router says to a replica's scheduler.</summary>
internal sealed class ScriptedRouter(ReplicaHarness replica, string id)
{
    public uint Incarnation { get; set; } = 1;

    public uint Epoch { get; set; } = 1;

    public string ReplyKey { get; set; } = $"replies-of-{id}";

    /// <summary>Queries of the default method with half a minute left, in one frame; then the turn ends.</summary>
    public void Sends(params ulong[] tickets) => Sends(null, tickets);

    /// <summary>Queries of a method.</summary>
    public void Sends(string? method, params ulong[] tickets) =>
        SendsFrame(Array.ConvertAll(tickets, ticket => new Query(ticket) { Method = method }));

    /// <summary>Queries in one frame; then the turn ends.</summary>
    public void SendsFrame(params Query[] queries)
    {
        Puts(queries);
        replica.Turn();
    }

    /// <summary>Queries in one frame, while the turn goes on.</summary>
    public void Puts(params Query[] queries)
    {
        var frame = Frames.Of(id, Incarnation, Epoch, ReplyKey, replica.Now.UnixMs, queries);
        replica.Scheduler.TakeFrame(frame, replica.Now, replica.Now.Ms);
    }

    public void Cancels(params ulong[] tickets) => Says(new CancelCommand(id, Array.ConvertAll(tickets, ticket => new Ticket(ticket))));

    /// <summary>A new incarnation begins, in the present epoch unless another is given.</summary>
    public void Syncs(uint incarnation, uint? epoch = null, string? replyKey = null)
    {
        (Incarnation, Epoch, ReplyKey) = (incarnation, epoch ?? Epoch, replyKey ?? ReplyKey);
        Says(new SyncCommand(id, Incarnation, Epoch, ReplyKey));
    }

    public void Fences() => Says(new FenceCommand(id));

    public void Configures(int? limit = null, int? batchSize = null, int? batchWaitMs = null, string? userConfig = null) =>
        Says(new ConfigureCommand(id)
        {
            MaxConcurrent = limit, MaxBatchSize = batchSize, BatchWaitTimeoutMs = batchWaitMs, UserConfig = userConfig,
        });

    public void Announces(AnnouncementKind kind)
    {
        replica.Scheduler.Hear(new RouterAnnouncement(kind, id, Epoch, ReplyKey), replica.Now.Ms);
        replica.Turn();
    }

    private void Says(ReplicaCommand command)
    {
        replica.Scheduler.Obey(command, replica.Now.Ms);
        replica.Turn();
    }
}
