using BrokerServe.Host.Conformance.Reading;
using BrokerServe.Protocol;

namespace BrokerServe.Host.Conformance.Worker.Checks;

/// <summary>How a replica says that something went wrong.</summary>
internal static class ErrorChecks
{
    // Not all of it is ASCII, and it needs two, three and four bytes a letter.
    private const string UnknownMethod = "méthode-不明-🦊";

    // The codes that PROTOCOL.md lets workers answer.
    private static readonly string[] WorkersCodes =
    [
        .. new[]
        {
            ReplyStatus.Ok, ReplyStatus.HandlerError, ReplyStatus.MethodNotFound, ReplyStatus.BadRequest, ReplyStatus.PayloadTooLarge,
            ReplyStatus.DeadlineExceeded, ReplyStatus.Cancelled, ReplyStatus.Overloaded, ReplyStatus.ShuttingDown,
        }.Select(status => status.Name()),
    ];

    public static IReadOnlyList<WorkerCheck> First { get; } =
    [
        new(
            SubjectKinds.Announcing, "unknown-method", Paragraph.Serve,
            "A method that it does not know is method_not_found, with a message that names it and what there is.",
            AskUnknownAsync)
        {
            Needs = [AnswerChecks.Answers],
        },
        new(
            SubjectKinds.Announcing, "handler-error", Paragraph.ErrorCodes,
            "A handler that fails is handler_error, and the replica goes on.",
            FailAsync)
        {
            Needs = [AnswerChecks.Answers],
        },
        new(
            SubjectKinds.Announcing, "unreadable-payload", Paragraph.ErrorCodes,
            "A payload that no handler can read is answered with an error, and the replica goes on.",
            AskUnreadableAsync)
        {
            Needs = [AnswerChecks.Answers],
        },
    ];

    public static IReadOnlyList<WorkerCheck> Last { get; } =
    [
        new(
            SubjectKinds.Announcing, "reply-code", Paragraph.ErrorCodes,
            "It answers with the codes of workers only.",
            (stage, _) => Task.FromResult(JudgeCodes(stage)))
        {
            Needs = [AnswerChecks.Answers],
        },
        new(
            SubjectKinds.Announcing, "error-body", Paragraph.ErrorBodies,
            "Its errors have the body of errors, which says the same code.",
            (stage, _) => Task.FromResult(JudgeBodies(stage)))
        {
            Needs = [AnswerChecks.Answers],
        },
    ];

    private static async Task<Outcome> AskUnknownAsync(WorkerStage stage, CancellationToken stopping)
    {
        var query = new Query(stage.Settings.Ordinary with { Method = UnknownMethod });
        if (await stage.AnswerAsync(await stage.SendAsync(query, stopping), stopping) is not { } reply)
        {
            return Outcome.Fail(stage.Silence($"A query of the method '{UnknownMethod}'"));
        }

        if (reply.Code != ReplyStatus.MethodNotFound.Name())
        {
            return Outcome.Fail($"A query of the method '{UnknownMethod}' was answered with {reply.Code}.");
        }

        // The body as a whole is the matter of another check.
        if (!PackTree.TryReadMap(reply.Body, out var map, out _) || map.GetValueOrDefault("message") is not string message)
        {
            return Outcome.Pass();
        }

        var known = stage.Settings.Ordinary.Method ?? AnswerChecks.DefaultMethod;
        return !message.Contains(UnknownMethod, StringComparison.Ordinal)
            ? Outcome.Fail($"The message does not name '{UnknownMethod}': \"{message}\". Text is UTF-8.")
            : !message.Contains(known, StringComparison.Ordinal)
            ? Outcome.Fail($"The message does not say what there is, such as '{known}': \"{message}\".")
            : Outcome.Pass();
    }

    private static async Task<Outcome> FailAsync(WorkerStage stage, CancellationToken stopping)
    {
        if (stage.Settings.Failing is not { } failing)
        {
            return Outcome.NotObserved("Name a method whose handler fails: --fails METHOD or --fails METHOD=JSON.");
        }

        if (await stage.AnswerAsync(await stage.SendAsync(new Query(failing), stopping), stopping) is not { } reply)
        {
            return Outcome.Fail(stage.Silence("What --fails names"));
        }

        return reply.Code != ReplyStatus.HandlerError.Name() ? Outcome.Fail($"What --fails names was answered with {reply.Code}.")
            : await stage.StillAnswersAsync("it", stopping) is { } silence ? Outcome.Fail(silence)
            : Outcome.Pass();
    }

    private static async Task<Outcome> AskUnreadableAsync(WorkerStage stage, CancellationToken stopping)
    {
        // A byte that MessagePack never uses, and no UTF-8.
        var garbage = stage.Settings.Ordinary with { Payload = [0xc1, 0xff, 0xfe], ContentType = ContentTypes.MessagePack };
        if (await stage.AnswerAsync(await stage.SendAsync(new Query(garbage), stopping), stopping) is not { } reply)
        {
            return Outcome.Fail(stage.Silence("A query with a garbled payload"));
        }

        return await stage.StillAnswersAsync("one with a garbled payload", stopping) is { } silence ? Outcome.Fail(silence)
            : reply.IsOk ? Outcome.NotObserved("Its handler takes any bytes: a garbled payload was answered ok.")
            : reply.Code is "bad_request" or "handler_error" ? Outcome.Pass($"With {reply.Code}.")
            : Outcome.Fail($"A query with a garbled payload was answered with {reply.Code}; it is a bad_request, or a handler_error.");
    }

    private static Outcome JudgeCodes(WorkerStage stage) => Outcome.Of(stage.Kit.Replies.From()
        .Where(reply => !WorkersCodes.Contains(reply.Code, StringComparer.Ordinal))
        .Select(reply => ReplyStatuses.TryParse(reply.Code, out _)
            ? $"A query was answered with {reply.Code}, which is for others to say."
            : $"A query was answered with '{reply.Code}', which is no code."));

    private static Outcome JudgeBodies(WorkerStage stage)
    {
        var errors = stage.Kit.Replies.From().Where(reply => !reply.IsOk).ToArray();
        return errors.Length == 0 ? Outcome.NotObserved("It answered no error.") : Outcome.Of(errors.SelectMany(FaultsOf));
    }

    private static IEnumerable<string> FaultsOf(Reply reply)
    {
        if (reply.ContentType != ContentTypes.Error)
        {
            return [$"A {reply.Code} has the content type '{reply.ContentType}', and must have '{ContentTypes.Error}'."];
        }

        if (!PackTree.TryReadMap(reply.Body, out var map, out var fault))
        {
            return [$"The body of a {reply.Code} is not an error body. {fault}"];
        }

        var faults = Field.FaultsOf(map, Field.OfError).Select(wrong => $"In the body of a {reply.Code}, {wrong}").ToList();
        if (map.GetValueOrDefault("code") is string code && code != reply.Code)
        {
            faults.Add($"A {reply.Code} has a body that says {code}.");
        }

        return faults.Count > 0 || ErrorBody.TryDecode(reply.Body, out _)
            ? faults
            : [$"The body of a {reply.Code} cannot be read: text must be text (str, not bin) and valid UTF-8."];
    }
}
