using BrokerServe.Protocol;

namespace BrokerServe.Host.Conformance.Worker.Checks;

/// <summary>That queries are answered: all, once, by their tickets, where they are to be.</summary>
internal static class AnswerChecks
{
    public const string Answers = "answers";
    public const string ReplyTo = "reply-to";

    /// <summary>Of a method that is called by no name.</summary>
    public const string DefaultMethod = "__call__";

    private static readonly string MethodNotFound = ReplyStatus.MethodNotFound.Name();

    // The first numbers that a double cannot hold, a signed and an unsigned 64-bit number at their ends, and nothing.
    private static readonly ulong[] Tickets = [(1ul << 53) + 1, (1ul << 63) + 1, ulong.MaxValue, 0];

    public static IReadOnlyList<WorkerCheck> First { get; } =
    [
        new(
            SubjectKinds.Static, Answers, Paragraph.StaticReplicas,
            "It answers every query, with its correlation id, at its reply_to.",
            AnswerAsync),
        new(
            SubjectKinds.Plain, Answers, Paragraph.PlainDialect,
            "It answers every query, with its correlation id, at its reply_to.",
            AnswerAsync),
        new(
            SubjectKinds.Framed, Answers, Paragraph.ReplyFrames,
            "It answers every query, with its ticket, under the router's reply key.",
            AnswerAsync),
        new(
            SubjectKinds.Static | SubjectKinds.Plain, "ticket", Paragraph.Traps,
            "It sends the correlation id back letter by letter, whatever number it is.",
            EchoAsync)
        {
            Needs = [Answers],
        },
        new(
            SubjectKinds.Framed, "ticket", Paragraph.Traps,
            "It sends tickets back as they came, all 64 bits of them.",
            EchoAsync)
        {
            Needs = [Answers],
        },
        new(
            SubjectKinds.All, ReplyTo, Paragraph.Serve,
            "It answers each router where that one said.",
            AnswerTheOtherAsync)
        {
            Needs = [Answers],
        },
        new(
            SubjectKinds.Plain, "default-method", Paragraph.PlainDialect,
            "A query without a type calls __call__.",
            CallDefaultAsync)
        {
            Needs = [Answers],
        },
        new(
            SubjectKinds.Framed, "default-method", Paragraph.QueryFrames,
            "A query without a method calls __call__.",
            CallDefaultAsync)
        {
            Needs = [Answers],
        },
    ];

    public static IReadOnlyList<WorkerCheck> Last { get; } =
    [
        new(
            SubjectKinds.All, "once", Paragraph.Serve,
            "It answers no query twice.",
            AnswerOnceAsync)
        {
            Needs = [Answers],
        },
        new(
            SubjectKinds.Framed, "reply-frame", Paragraph.ReplyFrames,
            "Its reply frames are as the protocol has them.",
            (stage, _) => Task.FromResult(Outcome.Of(stage.Kit.ReplyFaults.From())))
        {
            Needs = [Answers],
        },
    ];

    private static async Task<Outcome> AnswerAsync(WorkerStage stage, CancellationToken stopping)
    {
        const int Asked = 5;
        var (replies, strays) = (stage.Kit.Replies.Count, stage.Kit.ReplyFaults.Count);
        var sent = await stage.SendAsync(Enumerable.Repeat(stage.Ordinary, Asked), stopping);

        // Whatever it is that comes: as much as was asked means that no more will.
        await stage.UntilAsync(() => CountCame(stage, replies) + stage.Kit.ReplyFaults.Count - strays >= Asked, stopping);
        var came = stage.Kit.Replies.From(replies);
        var missing = sent.Where(query => !Array.Exists(came, reply => reply.Id == query.Id)).Select(query => query.Id).ToArray();
        if (missing.Length == 0)
        {
            return Outcome.Pass();
        }

        var others = came.Select(reply => reply.Id).Except(sent.Select(query => query.Id)).ToArray();
        return Outcome.Of(
        [
            stage.Silence($"Of {Asked} queries not each was answered, and {string.Join(", ", missing)}"),
            .. stage.Kit.ReplyFaults.From(strays),
            .. others.Length > 0 ? new[] { $"Replies came to {string.Join(", ", others)}, which nobody asked." } : [],
        ]);
    }

    // Of different tickets: one may be answered twice.
    private static int CountCame(WorkerStage stage, int from) =>
        stage.Kit.Replies.From(from).Select(reply => reply.Id).Distinct(StringComparer.Ordinal).Count();

    private static async Task<Outcome> EchoAsync(WorkerStage stage, CancellationToken stopping)
    {
        var replies = stage.Kit.Replies.Count;
        var sent = await stage.SendAsync(Tickets.Select(ticket => stage.Ordinary with { Ticket = ticket }), stopping);
        await stage.UntilAsync(() => CountCame(stage, replies) >= sent.Count, stopping);
        var came = stage.Kit.Replies.From(replies).Select(reply => reply.Id).ToArray();
        var missing = sent.Select(query => query.Id).Except(came).ToArray();
        var others = came.Except(sent.Select(query => query.Id)).ToArray();
        return missing.Length == 0 ? Outcome.Pass()
            : others.Length == 0 ? Outcome.Fail(stage.Silence($"The query with ticket {missing[0]}"))
            : Outcome.Fail($"{string.Join(", ", missing)} came back as {string.Join(", ", others)}.");
    }

    private static async Task<Outcome> AnswerTheOtherAsync(WorkerStage stage, CancellationToken stopping)
    {
        var sent = await stage.SendAsync(stage.Ordinary, stopping, stage.Kit.Second);
        var elsewhere = () => Array.Exists(stage.Kit.Replies.From(sent.Position), reply => reply.Id == sent.Id && reply.Queue != sent.ReplyKey);
        await stage.UntilAsync(() => elsewhere() || stage.HasAnswer(sent), stopping);
        return elsewhere() ? Outcome.Fail($"A query of router {stage.Kit.Second.Name} was answered at another router's reply queue.")
            : stage.HasAnswer(sent) ? Outcome.Pass()
            : Outcome.Fail(stage.Silence($"A query of router {stage.Kit.Second.Name}"));
    }

    private static async Task<Outcome> CallDefaultAsync(WorkerStage stage, CancellationToken stopping)
    {
        var nameless = await AskAsync(stage, null, stopping);
        var named = await AskAsync(stage, DefaultMethod, stopping);
        if (nameless is null || named is null)
        {
            return Outcome.Fail(stage.Silence(nameless is null ? "A query without a method" : $"A query of {DefaultMethod}"));
        }

        return nameless.Code != named.Code
            ? Outcome.Fail($"Without a method it was answered with {nameless.Code}, and of {DefaultMethod} with {named.Code}.")
            : nameless.Code == MethodNotFound
            ? Outcome.NotObserved($"It has no {DefaultMethod}: a query without a method was answered with {MethodNotFound}.")
            : Outcome.Pass();
    }

    private static async Task<Reply?> AskAsync(WorkerStage stage, string? method, CancellationToken stopping) =>
        await stage.AnswerAsync(await stage.SendAsync(new Query(stage.Settings.Ordinary with { Method = method }), stopping), stopping);

    private static async Task<Outcome> AnswerOnceAsync(WorkerStage stage, CancellationToken stopping)
    {
        // What is answered a second time at once is on its way before the answers to these, at each reply queue. That they come is no matter here.
        var last = new List<SentQuery>();
        foreach (var router in new[] { stage.Kit.First, stage.Kit.Second }.Union(stage.Kit.Joined()))
        {
            last.Add(await stage.SendAsync(stage.Ordinary, stopping, router));
        }

        await stage.UntilAsync(() => last.TrueForAll(stage.HasAnswer), stopping);
        var replies = stage.Kit.Replies.From();
        return Outcome.Of(stage.Sent.From()
            .GroupBy(sent => sent.Id, StringComparer.Ordinal)
            .Where(sent => sent.Count() == 1) // A ticket that was sent again on purpose is another check's matter.
            .Select(sent => (Id: sent.Key, Codes: replies.Where(reply => reply.Id == sent.Key).Select(reply => reply.Code).ToArray()))
            .Where(answered => answered.Codes.Length > 1)
            .Select(answered => $"Query {answered.Id} was answered {answered.Codes.Length} times: {string.Join(", ", answered.Codes)}."));
    }
}
