using BrokerServe.Host.Conformance.Reading;
using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;

namespace BrokerServe.Host.Conformance.Worker.Checks;

/// <summary>How a replica makes itself known.</summary>
internal static class AnnouncementChecks
{
    public const string Announcement = "announcement";
    public const string JoinAgain = "join-again";
    private const string Heartbeat = "heartbeat";

    /// <summary>What can be seen at once.</summary>
    public static IReadOnlyList<WorkerCheck> First { get; } =
    [
        new(
            SubjectKinds.Announcing, Announcement, Paragraph.Announcements,
            "Its announcements are maps with all that is required, each value in its range.",
            ReadAsync),
        new(
            SubjectKinds.Announcing, "queue", Paragraph.Connect,
            "Its queue is exclusive, and named for its backend and replica.",
            LookAtQueueAsync),
        new(
            SubjectKinds.Announcing, JoinAgain, Paragraph.Announce,
            "When a router joins, it announces join again.",
            (stage, stopping) => JoinAsync(stage, stage.Kit.Second, stopping)),
        new(
            SubjectKinds.Announcing, "later-announcement", Paragraph.Versions,
            "It hears a router whose announcement has keys that it does not know.",
            HearLaterAsync)
        {
            Needs = [JoinAgain],
        },
    ];

    /// <summary>What is seen best when much has happened.</summary>
    public static IReadOnlyList<WorkerCheck> Last { get; } =
    [
        new(
            SubjectKinds.Announcing, Heartbeat, Paragraph.Announce,
            "Its heartbeats come at about a third of its lease.",
            BeatAsync),
        new(
            SubjectKinds.Announcing, "heartbeat-busy", Paragraph.Announce,
            "Its heartbeats do not wait for handlers.",
            (stage, _) => Task.FromResult(BeatWhileBusy(stage)))
        {
            Needs = [Heartbeat],
        },
    ];

    /// <summary>What is wrong with the announcements of a backend that no router can read.</summary>
    public static IEnumerable<string> FaultsOfUnreadable(WorkerKit kit, string backend) => kit.Roster.From()
        .Where(heard => heard.Announcement is null && MayBeOf(heard, backend))
        .SelectMany(heard => heard.Faults());

    /// <summary>Lets a router announce join, and listens for the replica's.</summary>
    public static async Task<Outcome> JoinAsync(WorkerStage stage, KitRouter router, CancellationToken stopping)
    {
        var from = stage.Kit.Roster.Count;
        await stage.Kit.JoinAsync(router, stopping);
        return await JoinedAsync(stage, from, stopping);
    }

    private static Task<Outcome> ReadAsync(WorkerStage stage, CancellationToken stopping)
    {
        var faults = stage.Heard().SelectMany(heard => heard.Faults())
            .Concat(FaultsOfUnreadable(stage.Kit, stage.Subject.Announcement!.Backend));
        return Task.FromResult(Outcome.Of(faults));
    }

    private static async Task<Outcome> LookAtQueueAsync(WorkerStage stage, CancellationToken stopping)
    {
        var said = stage.Subject.Announcement!;
        var name = stage.Kit.Names.ReplicaQueue(said.Backend, said.Replica);
        if (said.Queue != name)
        {
            return Outcome.Fail($"It is named '{said.Queue}', and must be '{name}'.");
        }

        var (exists, isExclusive, _) = await stage.Kit.Stand.LookAtAsync(said.Queue, stopping);
        return !exists ? Outcome.Fail($"There is no queue '{said.Queue}'.")
            : isExclusive ? Outcome.Pass()
            : Outcome.Fail($"The queue '{said.Queue}' is not exclusive: it would outlive the replica.");
    }

    private static async Task<Outcome> HearLaterAsync(WorkerStage stage, CancellationToken stopping)
    {
        var router = stage.Kit.First;
        var from = stage.Kit.Roster.Count;
        await stage.Kit.AnnounceAsync(
            PackMap.Of(
                ("zones", new object[] { "a", 1.5 }),
                ("kind", "join"),
                ("router", router.Name),
                ("epoch", router.Epoch),
                ("reply_key", router.ReplyKey),
                ("lease_ms", AnnouncementLimits.DefaultLeaseMs),
                ("version", ProtocolVersion.Current + 1)),
            stopping);
        return await JoinedAsync(stage, from, stopping);
    }

    private static async Task<Outcome> JoinedAsync(WorkerStage stage, int from, CancellationToken stopping) =>
        await stage.HearAsync(from, said => said.Kind == AnnouncementKind.Join, stage.Settings.Timeout, stopping) is null
            ? Outcome.Fail(
                $"A router announced join, and within {new Duration(stage.Settings.Timeout)} the replica announced no join. "
                + $"It must hear the exchange '{stage.Kit.Names.Routers}'.")
            : Outcome.Pass();

    private static async Task<Outcome> BeatAsync(WorkerStage stage, CancellationToken stopping)
    {
        const int Enough = 3; // Fewer could be one that was late and one that was early.
        var lease = TimeSpan.FromMilliseconds(stage.Subject.Announcement!.LeaseMs);
        var heard = stage.Heard();
        while (heard.Count(one => one.Announcement!.Kind == AnnouncementKind.Heartbeat) < Enough)
        {
            var last = heard[^1].Message.At;
            var left = lease - TimeProvider.System.GetElapsedTime(last);
            var from = stage.Kit.Roster.Behind(heard[^1]);
            if (await stage.HearAsync(from, _ => true, left, stopping) is null)
            {
                return Outcome.Fail($"Nothing was heard of it for {lease.TotalMilliseconds:0} ms, its whole lease: routers take it for lost.");
            }

            heard = stage.Heard();
        }

        return JudgePace(heard, lease);
    }

    private static Outcome JudgePace(HeardReplica[] heard, TimeSpan lease)
    {
        var gaps = heard.Zip(heard.Skip(1), (one, next) => TimeProvider.System.GetElapsedTime(one.Message.At, next.Message.At)).ToArray();
        var theLease = $"the lease is {lease.TotalMilliseconds:0} ms";
        if (gaps.Max() > lease)
        {
            return Outcome.Fail($"Nothing was heard of it for {gaps.Max().TotalMilliseconds:0} ms, and {theLease}: routers took it for lost.");
        }

        // Joins that the kit asked for are no heartbeats, and would make the pace look better than it is.
        var beats = heard.Where(one => one.Announcement!.Kind == AnnouncementKind.Heartbeat).ToArray();
        var mean = TimeProvider.System.GetElapsedTime(beats[0].Message.At, beats[^1].Message.At) / (beats.Length - 1);

        // A third, and as much again for a machine that is busy.
        return mean > lease * 2 / 3
            ? Outcome.Fail($"They come every {mean.TotalMilliseconds:0} ms, and {theLease}: when one is lost, routers take it for lost.")
            : Outcome.Pass($"Every {mean.TotalMilliseconds:0} ms; {theLease}.");
    }

    private static Outcome BeatWhileBusy(WorkerStage stage)
    {
        var lease = TimeSpan.FromMilliseconds(stage.Subject.Announcement!.LeaseMs);
        var spans = stage.Slow.Spans.Where(span => TimeProvider.System.GetElapsedTime(span.From, span.To) > lease).ToArray();
        if (spans.Length == 0)
        {
            return Outcome.NotObserved(
                $"No handler ran for longer than the lease of {lease.TotalMilliseconds:0} ms. Name one that does: --slow METHOD=JSON.");
        }

        var isSilent = spans.Any(span => !Array.Exists(stage.Heard(), heard => heard.Message.At > span.From && heard.Message.At < span.To));
        return isSilent
            ? Outcome.Fail($"While a handler ran, nothing was heard of it for longer than its lease of {lease.TotalMilliseconds:0} ms.")
            : Outcome.Pass();
    }

    // Of one that cannot be read as a whole it may still be seen whose it is; what is no map at all may be anybody's, and so this one's.
    private static bool MayBeOf(HeardReplica heard, string backend) =>
        !PackTree.TryReadMap(heard.Message.Body, out var map, out _) || map.GetValueOrDefault("backend") is not string said || said == backend;
}
