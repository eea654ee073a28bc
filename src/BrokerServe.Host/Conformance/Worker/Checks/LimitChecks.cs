using BrokerServe.Protocol;
using BrokerServe.Protocol.Commands;

namespace BrokerServe.Host.Conformance.Worker.Checks;

/// <summary>That a replica runs no more at once than it says.</summary>
/// <remarks>
/// From outside one sees no handler run. What one sees is the order of answers: while all places are taken with slow work, a quick query
/// that is answered before any of it had a place that should not have been there.
/// </remarks>
internal static class LimitChecks
{
    /// <summary>Only a replica that keeps its limit has queries that wait.</summary>
    public const string Limit = "limit";

    public static IReadOnlyList<WorkerCheck> All { get; } =
    [
        new(
            SubjectKinds.Announcing, Limit, Paragraph.Serve,
            "It runs no more queries at once than max_concurrent, however many routers send.",
            ExceedAsync)
        {
            Needs = [AnswerChecks.Answers, AnswerChecks.ReplyTo],
        },
        new(
            SubjectKinds.Framed, "configure", Paragraph.Configure,
            "It runs no more queries at once than the operator configured, and its own number when that is taken back.",
            ConfigureAsync)
        {
            Needs = [Limit],
        },
    ];

    private static async Task<Outcome> ExceedAsync(WorkerStage stage, CancellationToken stopping) =>
        await stage.Slow.WhyNotAsync(stopping) is { } why
            ? Outcome.NotObserved(why)
            : await TryAsync(stage, stage.Subject.Limit, "max_concurrent", stopping);

    private static async Task<Outcome> ConfigureAsync(WorkerStage stage, CancellationToken stopping)
    {
        if (await stage.Slow.WhyNotAsync(stopping) is { } why)
        {
            return Outcome.NotObserved(why);
        }

        // Its number may count some that wait: that it runs several shows in that one overtakes another.
        if (stage.Subject.Limit == 1 || await OvertakesAsync(stage, stopping) is false)
        {
            return Outcome.NotObserved("It runs one query at once, and cannot be made to run fewer. Start it with a higher limit.");
        }

        await stage.CommandAsync(new ConfigureCommand(stage.Kit.First.Name) { MaxConcurrent = 1 }, stopping);
        var cut = await TryAsync(stage, 1, "the configured max_concurrent", stopping);
        await stage.CommandAsync(new ConfigureCommand(stage.Kit.First.Name), stopping);
        return cut.Verdict != Verdict.Passed ? cut : await OvertakesAsync(stage, stopping) switch
        {
            true => Outcome.Pass(),
            false => Outcome.Fail("A configure that says nothing gives it its own limit back; it still ran one query at once."),
            null => Outcome.Fail(stage.Silence("A query after the settings were taken back")),
        };
    }

    // One more than the limit: the slow ones of one router, the quick one of the other, so that each is within its rights.
    private static async Task<Outcome> TryAsync(WorkerStage stage, int limit, string what, CancellationToken stopping)
    {
        var filled = await stage.Slow.FillAsync(stopping, limit);
        var extra = await stage.SendAsync(stage.Ordinary, stopping);
        var reply = await stage.AnswerAsync(extra, stopping);
        if (await stage.Slow.EmptyAsync(filled, stopping) is not { } first || reply is null)
        {
            return Outcome.Fail(stage.Silence(reply is null ? $"A query beyond {what}" : "A slow query"));
        }

        if (reply.Code == ReplyStatus.Overloaded.Name())
        {
            return Outcome.NotObserved($"With {limit} queries there, one more of another router was answered {reply.Code}.");
        }

        return Overtook(reply, extra, first, filled[0])
            ? Outcome.Fail(
                $"With {limit} queries there, which is {what}, one more was answered after {reply.TimeSince(extra).TotalMilliseconds:0} ms; "
                + $"the first place was free after {first.TimeSince(filled[0]).TotalMilliseconds:0} ms.")
            : Outcome.Pass();
    }

    // Not by a hair: two answers that are ready together may come in any order.
    private static bool Overtook(Reply quick, SentQuery sentQuick, Reply slow, SentQuery sentSlow) =>
        quick.At < slow.At && quick.TimeSince(sentQuick) * 2 < slow.TimeSince(sentSlow);

    /// <summary>Whether a quick query is answered before a slow one that came first; null: one of them was not answered.</summary>
    private static async Task<bool?> OvertakesAsync(WorkerStage stage, CancellationToken stopping)
    {
        const int Tries = 3; // A busy machine may hold one quick answer up for as long as the slow one takes.
        for (var time = 0; time < Tries; time++)
        {
            var filled = await stage.Slow.FillAsync(stopping, places: 1);
            var extra = await stage.SendAsync(stage.Ordinary, stopping);
            var reply = await stage.AnswerAsync(extra, stopping);
            if (await stage.Slow.EmptyAsync(filled, stopping) is not { } first || reply is null)
            {
                return null;
            }

            if (Overtook(reply, extra, first, filled[0]))
            {
                return true;
            }
        }

        return false;
    }
}
