using BrokerServe.Protocol.Announcements;
using BrokerServe.Protocol.Commands;

namespace BrokerServe.Host.Conformance.Worker.Checks;

/// <summary>How a replica leaves: one conversation, told in four checks.</summary>
internal static class DrainChecks
{
    private const string Draining = "draining";

    /// <summary>What is said to whoever is to stop the worker.</summary>
    public const string Prompt = "Stop the worker now (SIGTERM).";

    public static IReadOnlyList<WorkerCheck> All { get; } =
    [
        new(
            SubjectKinds.Announcing, Draining, Paragraph.Drain,
            "When it is to stop, it announces draining, and goes on with that instead of heartbeats.",
            DrainAsync)
        {
            Needs = [AnswerChecks.Answers],
        },
        new(
            SubjectKinds.Announcing, "drain-answers", Paragraph.Drain,
            "It answers what comes before the fences, and what it holds.",
            AnswerAsync)
        {
            Needs = [Draining],
        },
        new(
            SubjectKinds.Announcing, "drain-fence", Paragraph.Drain,
            "It stays until every live router has fenced.",
            FenceAllButOneAsync)
        {
            Needs = [Draining],
        },
        new(
            SubjectKinds.Announcing, "leave", Paragraph.Drain,
            "Then it announces leave, and its exclusive queue is gone with its connection.",
            LeaveAsync)
        {
            Needs = [Draining],
        },
    ];

    private static async Task<Outcome> DrainAsync(WorkerStage stage, CancellationToken stopping)
    {
        if (!stage.Settings.ExpectsDrain)
        {
            return Outcome.NotObserved("Run with --expect-drain, and stop the worker when you are told to.");
        }

        var farewell = stage.Farewell;
        await stage.Progress.WriteLineAsync(Prompt);
        var heard = await stage.HearAsync(
            farewell.From, said => said.Kind is AnnouncementKind.Draining or AnnouncementKind.Leave, stage.Settings.Timeout, stopping);
        if (heard is null)
        {
            return Outcome.Fail($"Within {new Duration(stage.Settings.Timeout)} it announced neither draining nor leave. Was it stopped?");
        }

        if (heard.Announcement!.Kind == AnnouncementKind.Leave)
        {
            return Outcome.Fail("It announced leave without draining before: what routers had sent meanwhile is lost.");
        }

        farewell.DrainingAt = stage.Kit.Roster.Behind(heard);
        await farewell.AskAsync(stage, stopping);
        return await GoesOnDrainingAsync(stage, "before any router had fenced", stopping);
    }

    private static async Task<Outcome> AnswerAsync(WorkerStage stage, CancellationToken stopping)
    {
        foreach (var sent in stage.Farewell.Asked)
        {
            if (await stage.AnswerAsync(sent, stopping) is null)
            {
                return Outcome.Fail(stage.Silence("A query that came while it drained, before the fences,"));
            }
        }

        return Outcome.Pass();
    }

    private static async Task<Outcome> FenceAllButOneAsync(WorkerStage stage, CancellationToken stopping)
    {
        foreach (var router in stage.Kit.Joined().Where(router => router != stage.Kit.First))
        {
            await stage.CommandAsync(new FenceCommand(router.Name), stopping);
        }

        // Answered, it says that the fences before it in the queue were read; and whoever has left meanwhile says nothing more.
        await stage.AnswerAsync(await stage.SendAsync(stage.Ordinary, stopping), stopping);
        stage.Farewell.DrainingAt = stage.Kit.Roster.Count;
        return await GoesOnDrainingAsync(stage, "while one live router had not fenced", stopping);
    }

    // Twice more: it is what heartbeats were, and one may have been on its way.
    private static async Task<Outcome> GoesOnDrainingAsync(WorkerStage stage, string when, CancellationToken stopping)
    {
        var patience = TimeSpan.FromMilliseconds(stage.Subject.Announcement!.LeaseMs);
        for (var time = 0; time < 2; time++)
        {
            var next = await stage.HearAsync(stage.Farewell.DrainingAt, _ => true, patience, stopping);
            if (next?.Announcement!.Kind != AnnouncementKind.Draining)
            {
                return Outcome.Fail(next is null
                    ? $"It announced draining, and nothing more for its whole lease of {patience.TotalMilliseconds:0} ms."
                    : $"It announced draining, and then {next.Announcement!.Kind.ToString().ToLowerInvariant()}, {when}.");
            }

            stage.Farewell.DrainingAt = stage.Kit.Roster.Behind(next);
        }

        return Outcome.Pass();
    }

    private static async Task<Outcome> LeaveAsync(WorkerStage stage, CancellationToken stopping)
    {
        await stage.CommandAsync(new FenceCommand(stage.Kit.First.Name), stopping);
        stage.Kit.HoldsFences = false;
        if (await stage.HearAsync(stage.Farewell.From, said => said.Kind == AnnouncementKind.Leave, stage.Settings.Timeout, stopping) is null)
        {
            return Outcome.Fail($"Every router has fenced, and within {new Duration(stage.Settings.Timeout)} it did not announce leave.");
        }

        var started = TimeProvider.System.GetTimestamp();
        while (await stage.Kit.Stand.LookAtAsync(stage.Subject.Queue, stopping) is { Exists: true, IsExclusive: true })
        {
            if (TimeProvider.System.GetElapsedTime(started) > stage.Settings.Timeout)
            {
                return Outcome.Fail(
                    $"It announced leave, and its queue is still there after {new Duration(stage.Settings.Timeout)}: the connection is open.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), stopping);
        }

        return Outcome.Pass();
    }
}
