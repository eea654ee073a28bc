using BrokerServe.Protocol;

namespace BrokerServe.Host.Conformance.Worker.Checks;

/// <summary>That nothing is begun that nobody waits for.</summary>
internal static class DeadlineChecks
{
    /// <summary>Far beyond what clocks may be apart.</summary>
    private const long LongPastMs = -60_000;

    private static readonly string DeadlineExceeded = ReplyStatus.DeadlineExceeded.Name();

    public static IReadOnlyList<WorkerCheck> All { get; } =
    [
        new(
            SubjectKinds.Announcing, "expired", Paragraph.Time,
            "A query without time left, or past its deadline, is answered deadline_exceeded.",
            AskLateAsync)
        {
            Needs = [AnswerChecks.Answers],
        },
        new(
            SubjectKinds.Announcing, "expired-waiting", Paragraph.Serve,
            "A query whose time runs out while it waits for its place is answered deadline_exceeded.",
            AskInVainAsync)
        {
            Needs = [LimitChecks.Limit],
        },
    ];

    private static async Task<Outcome> AskLateAsync(WorkerStage stage, CancellationToken stopping)
    {
        var noTime = await stage.SendAsync(stage.Ordinary with { TimeLeftMs = 0, DeadlineInMs = stage.Ordinary.TimeLeftMs }, stopping);
        var past = await stage.SendAsync(stage.Ordinary with { DeadlineInMs = LongPastMs }, stopping);
        return Outcome.Of(
        [
            .. await FaultAsync(stage, noTime, "A query with no time left and a deadline to come", stopping),
            .. await FaultAsync(stage, past, "A query with time left and a deadline that has passed", stopping),
        ]);
    }

    private static async Task<Outcome> AskInVainAsync(WorkerStage stage, CancellationToken stopping)
    {
        if (await stage.Slow.WhyNotAsync(stopping) is { } why)
        {
            return Outcome.NotObserved(why);
        }

        var filled = await stage.Slow.FillAsync(stopping);
        var late = await stage.SendAsync(stage.Ordinary with { TimeLeftMs = (long)stage.Slow.Takes.TotalMilliseconds / 4 }, stopping);
        var faults = await FaultAsync(stage, late, "A query whose time ran out behind others", stopping);
        return await stage.Slow.EmptyAsync(filled, stopping) is null ? Outcome.Fail(stage.Silence("A slow query")) : Outcome.Of(faults);
    }

    private static async Task<string[]> FaultAsync(WorkerStage stage, SentQuery sent, string what, CancellationToken stopping) =>
        await stage.AnswerAsync(sent, stopping) is not { } reply ? [stage.Silence(what)]
        : reply.Code == DeadlineExceeded ? []
        : [$"{what} was answered with {reply.Code}."];
}
