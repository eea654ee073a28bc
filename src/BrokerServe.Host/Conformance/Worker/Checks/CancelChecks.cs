using BrokerServe.Protocol;
using BrokerServe.Protocol.Commands;

namespace BrokerServe.Host.Conformance.Worker.Checks;

/// <summary>That a framed replica gives up what it is told to.</summary>
internal static class CancelChecks
{
    public static IReadOnlyList<WorkerCheck> All { get; } =
    [
        new(
            SubjectKinds.Framed, "cancel", Paragraph.Cancel,
            "A query that is cancelled before it began is answered cancelled.",
            CancelWaitingAsync)
        {
            Needs = [LimitChecks.Limit],
        },
        new(
            SubjectKinds.Framed, "cancel-unknown", Paragraph.Cancel,
            "Tickets that it does not hold are passed over.",
            CancelUnknownAsync)
        {
            Needs = [AnswerChecks.Answers],
        },
    ];

    private static async Task<Outcome> CancelWaitingAsync(WorkerStage stage, CancellationToken stopping)
    {
        if (await stage.Slow.WhyNotAsync(stopping) is { } why)
        {
            return Outcome.NotObserved(why);
        }

        var filled = await stage.Slow.FillAsync(stopping);
        var waiting = await stage.SendAsync(stage.Ordinary, stopping);
        await stage.CommandAsync(new CancelCommand(stage.Kit.First.Name, [TicketOf(waiting)]), stopping);
        var reply = await stage.AnswerAsync(waiting, stopping);
        await stage.Slow.EmptyAsync(filled, stopping);
        return reply is null ? Outcome.Fail(stage.Silence("A query that was cancelled while it waited"))
            : reply.Code == ReplyStatus.Cancelled.Name() ? Outcome.Pass()
            : Outcome.Fail($"A query that was cancelled while it waited was answered with {reply.Code}.");
    }

    private static async Task<Outcome> CancelUnknownAsync(WorkerStage stage, CancellationToken stopping)
    {
        var answered = await stage.SendAsync(stage.Ordinary, stopping);
        if (await stage.AnswerAsync(answered, stopping) is null)
        {
            return Outcome.Fail(stage.Silence("An ordinary query"));
        }

        var never = stage.NextTicket();
        await stage.CommandAsync(new CancelCommand(stage.Kit.First.Name, [TicketOf(answered), new Ticket(never)]), stopping);
        if (await stage.StillAnswersAsync("a cancel of others", stopping) is { } silence)
        {
            return Outcome.Fail(silence);
        }

        return Array.Exists(stage.Kit.Replies.From(answered.Position), reply => reply.Id == new Ticket(never).ToCorrelationId())
            ? Outcome.Fail("It answered a ticket that was never sent, and only cancelled.")
            : Outcome.Pass();
    }

    private static Ticket TicketOf(SentQuery sent) => Ticket.TryParseCorrelationId(sent.Id, out var ticket) ? ticket : default;
}
