using System.Globalization;
using BrokerServe.Protocol;
using BrokerServe.Protocol.Commands;

namespace BrokerServe.Host.Conformance.Worker.Checks;

/// <summary>That a framed replica and a router that lost a connection agree again on what is at work.</summary>
/// <remarks>A router of their own: after a check that fails it may be at odds with the replica for good.</remarks>
internal static class SyncChecks
{
    private const string SyncName = "sync";
    private const string EpochName = "epoch";

    public static IReadOnlyList<WorkerCheck> All { get; } =
    [
        new(
            SubjectKinds.Framed, SyncName, Paragraph.Sync,
            "It answers sync with a held report, and again when the same comes again.",
            SyncAsync)
        {
            Needs = [AnswerChecks.Answers],
        },
        new(
            SubjectKinds.Framed, "sync-held", Paragraph.Sync,
            "Its held report lists the tickets of that router that it has not answered, and no others.",
            ReportAsync)
        {
            Needs = [SyncName, AnswerChecks.ReplyTo],
        },
        new(
            SubjectKinds.Framed, "sync-stale", Paragraph.Sync,
            "A sync of a lower incarnation is dropped without an answer.",
            SyncStaleAsync)
        {
            Needs = [SyncName],
        },
        new(
            SubjectKinds.Framed, "frame-stale", Paragraph.Sync,
            "Frames of a lower incarnation are dropped without an answer.",
            SendStaleAsync)
        {
            Needs = [SyncName],
        },
        new(
            SubjectKinds.Framed, EpochName, Paragraph.Sync,
            "A frame of a higher epoch brings a new reply key; frames of lower epochs are dropped.",
            RaiseEpochAsync)
        {
            Needs = [SyncName],
        },
        new(
            SubjectKinds.Framed, "sync-epoch", Paragraph.Sync,
            "A sync of a higher epoch cancels the queries of those below, and answers go to its reply key.",
            SyncEpochAsync)
        {
            Needs = [EpochName, LimitChecks.Limit],
        },
        new(
            SubjectKinds.Framed, "repeated-ticket", Paragraph.Serve,
            "A ticket that comes again while it is held is not answered again.",
            RepeatAsync)
        {
            Needs = [AnswerChecks.Answers],
        },
    ];

    private static async Task<Outcome> SyncAsync(WorkerStage stage, CancellationToken stopping)
    {
        await stage.Kit.JoinAsync(stage.Kit.Third, stopping);
        stage.Kit.Third.Incarnation++;
        for (var time = 1; time <= 2; time++)
        {
            if (await ReportedAsync(stage, stopping) is null)
            {
                return Outcome.Fail(stage.Silence(time == 1 ? "A sync" : "A sync that came again"));
            }
        }

        return Outcome.Pass();
    }

    private static async Task<Outcome> ReportAsync(WorkerStage stage, CancellationToken stopping)
    {
        if (await stage.Slow.WhyNotAsync(stopping) is { } why)
        {
            return Outcome.NotObserved(why);
        }

        var theirs = await stage.Slow.FillAsync(stopping, places: 1);
        var ours = await stage.SendAsync([stage.Slow.Slow, stage.Slow.Slow], stopping, stage.Kit.Third);
        stage.Kit.Third.Incarnation++;
        var report = await ReportedAsync(stage, stopping);

        // Replies and reports come through one queue, in order: what had been answered is known when the report is.
        var open = ours.Where(query => !stage.HasAnswer(query)).Select(query => query.Id).ToArray();
        var all = await stage.Slow.EmptyAsync([.. theirs, .. ours], stopping);
        if (report is null || all is null)
        {
            return Outcome.Fail(stage.Silence(report is null ? "A sync" : "A slow query"));
        }

        var listed = report.Tickets.Select(ticket => ticket.Value.ToString(CultureInfo.InvariantCulture)).ToArray();
        return Outcome.Of(
        [
            .. open.Except(listed).Select(ticket => $"It held query {ticket} and did not list it: the router would have tried it elsewhere."),
            .. listed.Intersect(theirs.Select(query => query.Id)).Select(ticket => $"It listed query {ticket}, which is another router's."),
            .. listed.Except(open).Except(theirs.Select(query => query.Id)).Select(ticket => $"It listed query {ticket}, which it did not hold."),
        ]);
    }

    private static async Task<Outcome> SyncStaleAsync(WorkerStage stage, CancellationToken stopping)
    {
        var reports = stage.Kit.HeldReports.Count;
        var router = stage.Kit.Third;
        await stage.CommandAsync(new SyncCommand(router.Name, router.Incarnation - 1, router.Epoch, router.ReplyKey), stopping);
        return await stage.StillAnswersAsync("a sync of a lower incarnation", stopping, router) is { } silence ? Outcome.Fail(silence)
            : stage.Kit.HeldReports.Count > reports ? Outcome.Fail("It answered it with a held report.")
            : Outcome.Pass();
    }

    private static async Task<Outcome> SendStaleAsync(WorkerStage stage, CancellationToken stopping)
    {
        stage.Kit.Third.Incarnation--;
        var stale = await stage.SendAsync(stage.Ordinary, stopping, stage.Kit.Third);
        stage.Kit.Third.Incarnation++;
        return await IsDroppedAsync(stage, stale, "A query of a lower incarnation", stopping);
    }

    private static async Task<Outcome> RaiseEpochAsync(WorkerStage stage, CancellationToken stopping)
    {
        var router = stage.Kit.Third;
        router.Epoch++;
        await stage.Kit.ListenForRepliesAsync(router, stopping);
        if (await stage.AnswerAsync(await stage.SendAsync(stage.Ordinary, stopping, router), stopping) is null)
        {
            return Outcome.Fail(stage.Silence("A query of a higher epoch, under its reply key,"));
        }

        router.Epoch--;
        var stale = await stage.SendAsync(stage.Ordinary, stopping, stage.Kit.Third);
        router.Epoch++;
        return await IsDroppedAsync(stage, stale, "A query of a lower epoch", stopping);
    }

    private static async Task<Outcome> SyncEpochAsync(WorkerStage stage, CancellationToken stopping)
    {
        if (await stage.Slow.WhyNotAsync(stopping) is { } why)
        {
            return Outcome.NotObserved(why);
        }

        var router = stage.Kit.Third;
        var filled = await stage.Slow.FillAsync(stopping);
        var waiting = await stage.SendAsync(stage.Ordinary, stopping, router);
        router.Epoch++;
        router.Incarnation++;
        await stage.Kit.ListenForRepliesAsync(router, stopping);
        var report = await ReportedAsync(stage, stopping);
        var reply = report is null ? null : await stage.AnswerAsync(waiting with { ReplyKey = router.ReplyKey }, stopping);
        await stage.Slow.EmptyAsync(filled, stopping);
        return report is null ? Outcome.Fail(stage.Silence("A sync of a higher epoch, under its reply key,"))
            : reply is null ? Outcome.Fail(stage.Silence("A query of the epoch before, under the new reply key,"))
            : reply.Code == ReplyStatus.Cancelled.Name() ? Outcome.Pass()
            : Outcome.Fail($"A query of the epoch before that waited was answered with {reply.Code}.");
    }

    private static async Task<Outcome> RepeatAsync(WorkerStage stage, CancellationToken stopping)
    {
        if (await stage.Slow.WhyNotAsync(stopping) is { } why)
        {
            return Outcome.NotObserved(why);
        }

        var again = stage.Slow.Slow with { Ticket = stage.NextTicket() };
        var sent = await stage.SendAsync(again, stopping);
        await stage.SendAsync(again, stopping);

        // What follows it takes as long, and is answered behind it.
        var next = await stage.SendAsync(stage.Slow.Slow, stopping);
        if (await stage.Slow.EmptyAsync([sent, next], stopping) is null)
        {
            return Outcome.Fail(stage.Silence("A slow query"));
        }

        return await stage.StillAnswersAsync("a ticket that came twice", stopping) is { } silence ? Outcome.Fail(silence)
            : AnswersTo(sent) > AnswersTo(next) ? Outcome.Fail("It was run, and answered, as often as it came.")
            : Outcome.Pass();

        int AnswersTo(SentQuery query) => stage.Kit.Replies.From(sent.Position).Count(reply => reply.Id == query.Id);
    }

    private static async Task<HeldReport?> ReportedAsync(WorkerStage stage, CancellationToken stopping)
    {
        var (router, from) = (stage.Kit.Third, stage.Kit.HeldReports.Count);
        await stage.CommandAsync(new SyncCommand(router.Name, router.Incarnation, router.Epoch, router.ReplyKey), stopping);
        return await stage.Kit.HeldReports.WaitAsync(
            from,
            report => report.Incarnation == router.Incarnation && report.Replica == stage.Subject.Announcement!.Replica,
            stage.Settings.Timeout,
            stopping);
    }

    private static async Task<Outcome> IsDroppedAsync(WorkerStage stage, SentQuery stale, string what, CancellationToken stopping)
    {
        // Several, one after the other: what runs beside the first is answered before the last.
        const int Others = 3;
        for (var other = 0; other < Others; other++)
        {
            if (await stage.StillAnswersAsync("one that is void", stopping, stage.Kit.Third) is { } silence)
            {
                return Outcome.Fail(silence);
            }
        }

        return Array.Exists(stage.Kit.Replies.From(stale.Position), reply => reply.Id == stale.Id)
            ? Outcome.Fail($"{what} was answered.")
            : Outcome.Pass();
    }
}
