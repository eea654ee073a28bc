using BrokerServe.Protocol;

namespace BrokerServe.Host.Conformance.Producer.Checks;

/// <summary>Where requests go, and what they are called.</summary>
internal static class RequestChecks
{
    /// <summary>Without a request there is nothing to judge.</summary>
    public const string Requests = "requests";

    public static IReadOnlyList<ProducerCheck> All { get; } =
    [
        new(
            Requests, Paragraph.Producers,
            "Its requests go to the exchange of requests, with the endpoint as routing key.",
            JudgeArrival),
        new(
            "reply-to", Paragraph.Producers,
            "A request's reply_to is a reply queue under the prefix, or direct reply-to.",
            JudgeReplyTo)
        {
            Needs = [Requests],
        },
        new(
            "correlation-id", Paragraph.Producers,
            "A request with reply_to has a correlation id.",
            JudgeCorrelationId)
        {
            Needs = [Requests],
        },
        new(
            "correlation-id-unique", Paragraph.Producers,
            "No correlation id comes twice with one reply_to.",
            JudgeUniqueness)
        {
            Needs = [Requests],
        },
        new(
            "idempotency-key", Paragraph.Producers,
            "One message_id with one app_id names one piece of work.",
            JudgeIdempotencyKey)
        {
            Needs = [Requests],
        },
        new(
            "content-type", Paragraph.Bodies,
            "No payload has a content type that BrokerServe has for bodies of its own.",
            JudgeContentType)
        {
            Needs = [Requests],
        },
    ];

    /// <summary>Whether a router answers there.</summary>
    public static bool IsReturnAddress(string replyTo, ObjectNames names) =>
        replyTo.StartsWith(names.ClientReplyPrefix, StringComparison.Ordinal)
        || replyTo.StartsWith(ObjectNames.DirectReplyToPrefix, StringComparison.Ordinal);

    private static Outcome JudgeArrival(ProducerLog log)
    {
        var others = log.Misrouted.Select(message => $"'{message.RoutingKey}'").Distinct(StringComparer.Ordinal).ToArray();
        return log.Arrivals.Count > 0 ? Outcome.Pass()
            : others.Length > 0 ? Outcome.Fail($"No request came to '{log.Settings.Endpoint}'. Some came with the routing key {string.Join(", ", others)}.")
            : Outcome.Fail(
                $"Within {new Duration(log.Settings.Timeout)} no request came to '{log.Settings.Endpoint}' under the prefix '{log.Settings.Prefix}'. "
                + "A broker closes the channel of who publishes to an exchange that is not there, "
                + "or with an expiration that is no whole number of milliseconds.");
    }

    private static Outcome JudgeReplyTo(ProducerLog log)
    {
        var names = new ObjectNames(log.Settings.Prefix);
        var told = log.Requests.Where(request => !string.IsNullOrEmpty(request.ReplyTo)).ToArray();
        return told.Length == 0
            ? Outcome.NotObserved("All its requests are one-way.")
            : Outcome.Of(told.Where(request => !IsReturnAddress(request.ReplyTo!, names))
                .Select(request => $"'{request.ReplyTo}' is refused, and nobody is told: it must begin with '{names.ClientReplyPrefix}'."));
    }

    private static Outcome JudgeCorrelationId(ProducerLog log) => Outcome.Of(log.Requests
        .Where(request => !string.IsNullOrEmpty(request.ReplyTo) && string.IsNullOrEmpty(request.CorrelationId))
        .Select(_ => "A request came with a reply_to and without a correlation id."));

    private static Outcome JudgeUniqueness(ProducerLog log) => Outcome.Of(log.Requests
        .Where(request => !string.IsNullOrEmpty(request.CorrelationId))
        .GroupBy(request => (request.ReplyTo, request.CorrelationId))
        .Where(same => same.Count() > 1)
        .Select(same => $"'{same.Key.CorrelationId}' came {same.Count()} times with the reply_to '{same.Key.ReplyTo}'."));

    private static Outcome JudgeIdempotencyKey(ProducerLog log)
    {
        var named = log.Requests.Where(request => !string.IsNullOrEmpty(request.MessageId)).ToArray();
        return named.Length == 0
            ? Outcome.NotObserved("Its requests have no message_id.")
            : Outcome.Of(named
                .GroupBy(request => (request.AppId, request.MessageId))
                .Where(same => same.Any(request => request.Method != same.First().Method || !request.Body.AsSpan().SequenceEqual(same.First().Body)))
                .Select(same => $"message_id '{same.Key.MessageId}' with app_id '{same.Key.AppId}' came with different methods or payloads: "
                    + "a handler would take them for one."));
    }

    private static Outcome JudgeContentType(ProducerLog log)
    {
        const string Own = "application/vnd.brokerserve.";
        return Outcome.Of(log.Requests
            .Where(request => request.ContentType?.StartsWith(Own, StringComparison.Ordinal) == true)
            .Select(request => $"A {request.Name} has the content type '{request.ContentType}'."));
    }
}
