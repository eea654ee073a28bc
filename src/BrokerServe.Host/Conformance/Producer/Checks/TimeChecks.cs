using BrokerServe.Protocol;
using BrokerServe.Transport;

namespace BrokerServe.Host.Conformance.Producer.Checks;

/// <summary>What requests say of the time that they have.</summary>
internal static class TimeChecks
{
    /// <summary>How far apart clocks may be; a broker on a busy machine takes less.</summary>
    private const long SkewMs = 5_000;

    /// <summary>A deadline before this, in milliseconds, was meant in seconds: it would lie in 1973.</summary>
    private const long LooksLikeSecondsMs = 100_000_000_000;

    public static IReadOnlyList<ProducerCheck> All { get; } =
    [
        new(
            "expiration", Paragraph.Limits,
            "An expiration is above 0, and within what is allowed for a time left.",
            JudgeExpiration)
        {
            Needs = [RequestChecks.Requests],
        },
        new(
            "deadline", Paragraph.Time,
            "bs-deadline is a time in unix milliseconds, still to come and within its limit.",
            JudgeDeadline)
        {
            Needs = [RequestChecks.Requests],
        },
        new(
            "deadline-and-expiration", Paragraph.Time,
            "A request that has a time says it as both, expiration and bs-deadline, and they agree.",
            JudgeBoth)
        {
            Needs = [RequestChecks.Requests],
        },
    ];

    private static Outcome JudgeExpiration(ProducerLog log) => Of(
        log.Requests.Where(request => request.ExpirationMs is not null),
        request => request.ExpirationMs switch
        {
            <= 0 => $"A {request.Name} has an expiration of {request.ExpirationMs} ms: a broker drops it unless somebody takes it at once.",
            > TimeLimits.MaxTimeLeftMs => $"A {request.Name} has an expiration of {request.ExpirationMs} ms; the limit is {TimeLimits.MaxTimeLeftMs}.",
            _ => null,
        },
        "None of its requests has an expiration that can be read.");

    private static Outcome JudgeDeadline(ProducerLog log) => Of(
        log.Requests.Where(request => request.Find(HeaderNames.Deadline) is not null),
        request => request.DeadlineUnixMs switch
        {
            null => null, // Of another kind: the headers' check says so.
            > TimeLimits.MaxDeadlineUnixMs =>
                $"A {request.Name} has a bs-deadline of {request.DeadlineUnixMs}; the limit is {TimeLimits.MaxDeadlineUnixMs}.",
            { } deadline and < LooksLikeSecondsMs =>
                $"A {request.Name} has a bs-deadline of {deadline}, which looks like seconds. It is milliseconds since 1970.",
            { } deadline when deadline <= request.AtUnixMs - SkewMs => $"A {request.Name} came {request.AtUnixMs - deadline} ms after its bs-deadline.",
            _ => null,
        },
        "None of its requests has a bs-deadline.");

    private static Outcome JudgeBoth(ProducerLog log) => Of(
        log.Requests.Where(request => request.ExpirationMs is not null || request.Find(HeaderNames.Deadline) is not null),
        FaultOfBoth,
        "None of its requests says how long it has: an endpoint's default counts.");

    private static string? FaultOfBoth(ReceivedRequest request)
    {
        if (request.Find(HeaderNames.Deadline) is not { } said)
        {
            return $"A {request.Name} has an expiration and no bs-deadline: a router's clock starts anew when it takes the request.";
        }

        if (request.ExpirationMs is not { } expiration)
        {
            return $"A {request.Name} has a bs-deadline and no expiration: a broker keeps it when nobody wants it any more.";
        }

        // What is wrong with either alone is another check's matter.
        if (said.Kind != HeaderKind.Integer || expiration is <= 0 or > TimeLimits.MaxTimeLeftMs
            || said.Integer is < LooksLikeSecondsMs or > TimeLimits.MaxDeadlineUnixMs || said.Integer <= request.AtUnixMs - SkewMs)
        {
            return null;
        }

        var left = said.Integer - request.AtUnixMs;
        return Math.Abs(left - expiration) > SkewMs
            ? $"A {request.Name} has an expiration of {expiration} ms, and its bs-deadline is in {left} ms."
            : null;
    }

    private static Outcome Of(IEnumerable<ReceivedRequest> requests, Func<ReceivedRequest, string?> faultOf, string ifNone)
    {
        var all = requests.ToArray();
        return all.Length == 0 ? Outcome.NotObserved(ifNone) : Outcome.Of(all.Select(faultOf).OfType<string>());
    }
}
