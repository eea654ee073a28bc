using BrokerServe.Host.Conformance.Stand;

namespace BrokerServe.Host.Conformance.Producer.Checks;

/// <summary>What a producer does when its calls have ended.</summary>
/// <remarks>
/// What a call looks like to its caller cannot be seen. What can is that the same connection goes on. That it does not proves nothing by
/// itself: a program may be done, or stop at an error. So it counts against a producer only when its connection is gone after an answer
/// that it should have taken like one after which it had gone on.
/// </remarks>
internal static class ReactionChecks
{
    public static IReadOnlyList<ProducerCheck> All { get; } =
    [
        GoesOn(
            "after-error", Paragraph.TheReply,
            "It goes on after an error.",
            Ending.Error, like: null),
        GoesOn(
            "after-unknown-code", Paragraph.ErrorCodes,
            "It goes on after an error with a code that it does not know.",
            Ending.UnknownCode, Ending.Error),
        GoesOn(
            "after-unreadable-error", Paragraph.ErrorBodies,
            "It goes on after an error whose body cannot be read.",
            Ending.UnreadableError, Ending.Error),
        GoesOn(
            "after-later-version", Paragraph.Versions,
            "It goes on after an answer with headers or fields that it does not know.",
            Ending.LaterVersion, Ending.Ok),
        GoesOn(
            "after-second-answer", Paragraph.Producers,
            "It drops an answer that comes again, and goes on.",
            Ending.Twice, Ending.Ok),
        GoesOn(
            "after-late-answer", Paragraph.Producers,
            "It runs a timer of its own, drops an answer that comes later, and goes on.",
            Ending.Late, Ending.Ok),
        new(
            "no-repetition", Paragraph.ErrorCodes,
            "What was answered ok it does not send again.",
            JudgeRepetition)
        {
            Needs = [RequestChecks.Requests],
        },
        new(
            "cancel", Paragraph.GivingUp,
            "What it gives up it names by reply_to and correlation_id, in an empty message.",
            JudgeCancels)
        {
            Needs = [RequestChecks.Requests],
        },
    ];

    private static ProducerCheck GoesOn(string name, Paragraph paragraph, string sentence, Ending ending, Ending? like) =>
        new(name, paragraph, sentence, log => Judge(log, ending, like)) { Needs = [RequestChecks.Requests] };

    private static Outcome Judge(ProducerLog log, Ending ending, Ending? like)
    {
        var played = log.Played.Where(one => one.Ending == ending).ToArray();
        if (played.Length == 0)
        {
            return Outcome.NotObserved(ending == Ending.Late
                ? $"No request had {Script.LongestWait.TotalSeconds:0} s or less to live. Let it wait for less long."
                : "It made too few calls.");
        }

        if (played.Any(log.WentOn))
        {
            return Outcome.Pass();
        }

        var dead = Array.Find(played, one => IsLastWord(log, one) && HadGoneOn(log, one, like));
        return dead is null
            ? Outcome.NotObserved("The connection of that call made no other. Let one make many.")
            : Outcome.Fail($"It had gone on after {WordOf(like)}, and after this answer to {dead.Request.Name} its reply queue was gone.");
    }

    // Of the answers that nothing came after, it died of the first if of any.
    private static bool IsLastWord(ProducerLog log, Played played) => log.GoneQueues.Contains(played.Request.ReplyTo!)
        && log.Played.First(other => other.Request.ReplyTo == played.Request.ReplyTo && !log.WentOn(other)) == played;

    private static bool HadGoneOn(ProducerLog log, Played dead, Ending? like) => log.Played.Any(before =>
        before.Ending == like && before.Position < dead.Position && before.Request.ReplyTo == dead.Request.ReplyTo && log.WentOn(before));

    private static string WordOf(Ending? like) => like == Ending.Error ? "an error whose code it knows" : "an answer that was well";

    private static Outcome JudgeRepetition(ProducerLog log)
    {
        var ended = log.Played
            .Where(played => played.Ending is Ending.Ok or Ending.LaterVersion or Ending.Twice && !string.IsNullOrEmpty(played.Request.MessageId))
            .ToArray();
        if (ended.Length == 0)
        {
            return Outcome.NotObserved("Its requests have no message_id by which one could tell.");
        }

        return Outcome.Of(ended
            .Where(played => log.Arrivals.Skip(played.Position).SelectMany(arrival => arrival.Requests).Any(later =>
                later.MessageId == played.Request.MessageId && later.AppId == played.Request.AppId))
            .Select(played => $"message_id '{played.Request.MessageId}' came again after it had been answered ok."));
    }

    private static Outcome JudgeCancels(ProducerLog log)
    {
        if (log.Cancels.Count == 0)
        {
            return Outcome.NotObserved("It gave nothing up, or said nothing of it, which is allowed.");
        }

        return Outcome.Of(log.Cancels.SelectMany(cancel =>
        {
            var (replyTo, id) = (cancel.Properties.ReplyTo, cancel.Properties.CorrelationId);
            string?[] faults =
            [
                string.IsNullOrEmpty(replyTo) || string.IsNullOrEmpty(id)
                    ? "A message came to the exchange of cancels without a reply_to, or without a correlation id."
                    : IsUnknown(log, cancel)
                    ? $"It gave up '{id}' of '{replyTo}', which it never sent." : null,
                cancel.Body.Length > 0 ? $"The message that gives up '{id}' has a body of {cancel.Body.Length} bytes." : null,
            ];
            return faults.OfType<string>();
        }));
    }

    // What was sent before the run began may be given up in it, but not when the first request that came in it would have ended.
    private static bool IsUnknown(ProducerLog log, ReceivedMessage cancel)
    {
        var own = log.Requests.Where(request => request.ReplyTo == cancel.Properties.ReplyTo).ToArray();
        return own.Length > 0
            && log.Frames.All(frame => frame.FrameFault is null)
            && cancel.AtUnixMs > own[0].AtUnixMs + (own[0].ExpirationMs ?? own[0].TimeLeftMs ?? long.MaxValue / 2)
            && log.Misrouted.All(message => message.Properties.CorrelationId != cancel.Properties.CorrelationId)
            && Array.TrueForAll(own, request => request.CorrelationId != cancel.Properties.CorrelationId);
    }
}
