using BrokerServe.Protocol.Announcements;

namespace BrokerServe.Host.Conformance.Worker;

/// <summary>The replica that is checked.</summary>
/// <param name="Kind">How it wants its queries.</param>
/// <param name="Queue">Where its queries go.</param>
/// <param name="Announcement">What it said of itself first; null for a static replica.</param>
internal sealed record Subject(SubjectKinds Kind, string Queue, ReplicaAnnouncement? Announcement)
{
    /// <summary>Queries it may be sent before it has answered; 1 for a static replica, which cannot say.</summary>
    public int Limit => Announcement?.MaxConcurrent ?? 1;

    /// <summary>Whether it is this replica that announced something.</summary>
    public bool IsSender(HeardReplica heard) => Announcement is { } said && heard.Announcement?.Replica == said.Replica;

    public static Subject Of(ReplicaAnnouncement announcement) => new(
        announcement.Dialect == Dialect.Plain ? SubjectKinds.Plain : SubjectKinds.Framed, announcement.Queue, announcement);

    /// <inheritdoc/>
    public override string ToString() => Announcement is { } said
        ? $"replica {said.Replica} of {said.Backend} ({Kind.ToString().ToLowerInvariant()}, {Limit} queries at most)"
        : $"the RPC server at queue {Queue} (a static replica)";
}
