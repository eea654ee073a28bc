using BrokerServe.Protocol;
using BrokerServe.Protocol.Frames;

namespace BrokerServe.Host.Conformance.Producer.Checks;

/// <summary>Requests that travel together.</summary>
internal static class FrameChecks
{
    private const string Readable = "frame";

    /// <summary>Times left run on between putting a frame together, writing it, and sending it.</summary>
    private const long SlackMs = 1_000;

    public static IReadOnlyList<ProducerCheck> All { get; } =
    [
        new(
            Readable, Paragraph.RequestFrame,
            "Its request frames can be read to their end, and each member can be answered.",
            JudgeReadable)
        {
            Needs = [RequestChecks.Requests],
        },
        new(
            "frame-asked", Paragraph.AskFirst,
            "It sends frames only after a reply said that the endpoint takes them.",
            JudgeAsking)
        {
            Needs = [Readable],
        },
        new(
            "frame-properties", Paragraph.RequestFrame,
            "A frame's expiration is its members' longest, and properties that nobody reads are unset.",
            JudgeProperties)
        {
            Needs = [Readable],
        },
        new(
            "frame-company", Paragraph.RequestFrame,
            "What is in one frame belongs together: one priority, similar times left, not too large.",
            JudgeCompany)
        {
            Needs = [Readable],
        },
    ];

    private static Outcome JudgeReadable(ProducerLog log) => log.Frames.Count == 0
        ? Outcome.NotObserved("It sent no request frame; nobody must.")
        : Outcome.Of(log.Frames.Where(frame => frame.FrameFault is not null).Select(frame => $"A frame is refused as a whole. {frame.FrameFault}"));

    // The kit says yes to whoever asks, in each answer.
    private static Outcome JudgeAsking(ProducerLog log)
    {
        var first = log.Arrivals.TakeWhile(arrival => !arrival.IsFrame).Count();
        var answered = log.Played.Where(played => played.Position <= first).Any(played => played.Request.AsksForFrames);
        return answered ? Outcome.Pass() : Outcome.Fail("Its first frame came before any request of its own had asked with bs-frames, and was told yes.");
    }

    private static Outcome JudgeProperties(ProducerLog log) => Outcome.Of(log.Frames.SelectMany(frame =>
    {
        var properties = frame.Message.Properties;
        var longest = frame.Requests.Max(request => request.ExpirationMs);
        var isAsLong = (longest, properties.ExpirationMs) switch
        {
            (null, null) => true,
            ({ } most, { } said) => said >= most && said <= most + SlackMs,
            _ => false,
        };
        string?[] faults =
        [
            !isAsLong
                ? $"A frame's expiration is {Print(properties.ExpirationMs)}, and its members' longest {Print(longest)}." : null,
            properties.Headers is { Count: > 0 } ? "A frame has headers beside those of its members." : null,
            properties.Type is not null ? $"A frame has the type '{properties.Type}'." : null,
            properties.MessageId is not null ? $"A frame has the message_id '{properties.MessageId}'." : null,
            string.IsNullOrEmpty(properties.ReplyTo) ? "A frame has no reply_to: one-way requests travel alone." : null,
        ];
        return faults.OfType<string>();
    }));

    private static string Print(long? milliseconds) => milliseconds is { } said ? $"{said} ms" : "not set";

    private static Outcome JudgeCompany(ProducerLog log) => Outcome.Of(log.Frames.Where(frame => frame.Requests.Count > 1).SelectMany(frame =>
    {
        var priorities = frame.Requests.Select(request => request.Find(HeaderNames.Priority)?.Integer ?? 0).Distinct().ToArray();
        var times = frame.Requests.Select(request => request.ExpirationMs).ToArray();
        string?[] faults =
        [
            priorities.Length > 1 ? $"A frame has members of the priorities {string.Join(", ", priorities)}." : null,
            times.Any(time => time is null) && times.Any(time => time is not null) ? "A frame has members with an expiration and members without." : null,
            times.Max() > (times.Min() * FrameLimits.MaxDeadlineRatio) + SlackMs
                ? $"A frame has members with {times.Min()} ms left and members with {times.Max()} ms; {FrameLimits.MaxDeadlineRatio} times is the limit."
                : null,
            frame.Message.Body.Length > FrameLimits.MaxFrameBytes
                ? $"A frame of {frame.Requests.Count} members has {frame.Message.Body.Length} bytes; the limit is {FrameLimits.MaxFrameBytes}." : null,
        ];
        return faults.OfType<string>();
    }));
}
