using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Protocol.Commands;

namespace BrokerServe.Worker.Replies;

/// <summary>One thing to be said: a reply, a held report or an announcement. What was decided first is sent first.</summary>
internal readonly struct Outgoing
{
    private Outgoing(OutgoingKind kind) => Kind = kind;

    public OutgoingKind Kind { get; }

    /// <summary>Reply and held report: the router it goes to.</summary>
    public ReplyRoute? Route { get; private init; }

    public Ticket Ticket { get; private init; }

    public ReplyStatus Status { get; private init; }

    public string? ContentType { get; private init; }

    public ReadOnlyMemory<byte> Payload { get; private init; }

    /// <summary>Reply: the method for the counters; null when the backend has none of that name.</summary>
    public string? Method { get; private init; }

    public HeldReport? Report { get; private init; }

    public AnnouncementKind Announcement { get; private init; }

    /// <summary>Announcement: queries held when it was decided.</summary>
    public int HeldCount { get; private init; }

    public static Outgoing Reply(
        ReplyRoute route, Ticket ticket, ReplyStatus status, string? contentType, ReadOnlyMemory<byte> payload, string? method) =>
        new(OutgoingKind.Reply)
        {
            Route = route, Ticket = ticket, Status = status, ContentType = contentType, Payload = payload, Method = method,
        };

    public static Outgoing Held(ReplyRoute route, HeldReport report) => new(OutgoingKind.Held) { Route = route, Report = report };

    public static Outgoing Announce(AnnouncementKind kind, int held) =>
        new(OutgoingKind.Announcement) { Announcement = kind, HeldCount = held };
}
