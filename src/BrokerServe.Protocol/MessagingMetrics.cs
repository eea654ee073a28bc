using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace BrokerServe.Protocol;

/// <summary>
/// The instruments of OpenTelemetry's conventions for messaging (https://opentelemetry.io/docs/specs/semconv/messaging/messaging-metrics),
/// alike for client, router and worker; each has instruments of its own beside them, which say more.
/// </summary>
/// <remarks>Any thread. An instrument that nobody listens to costs one branch.</remarks>
public sealed class MessagingMetrics
{
    private readonly string _operation;
    private readonly Counter<long> _messages;
    private readonly Histogram<double> _duration;

    private MessagingMetrics(Meter meter, string operation, string messages, string messagesAbout, string duration, string durationAbout)
    {
        _operation = operation;
        _messages = meter.CreateCounter<long>(messages, "{message}", messagesAbout);
        _duration = meter.CreateHistogram(
            duration, "s", durationAbout, advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = DurationBounds });
    }

    /// <summary>Bounds of every histogram of seconds: from a local round trip to the default timeout.</summary>
    public static IReadOnlyList<double> DurationBounds { get; } = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

    /// <summary>Whether anybody listens.</summary>
    public bool Enabled => _messages.Enabled || _duration.Enabled;

    /// <summary>For who sends requests: <c>messaging.client.sent.messages</c> and <c>messaging.client.operation.duration</c>.</summary>
    public static MessagingMetrics OfSender(Meter meter) => new(
        meter, "send", "messaging.client.sent.messages", "Requests sent, by destination.",
        "messaging.client.operation.duration", "Time from a call's begin to its end, by destination.");

    /// <summary>For who works on messages: <c>messaging.client.consumed.messages</c> and <c>messaging.process.duration</c>.</summary>
    public static MessagingMetrics OfProcessor(Meter meter) => new(
        meter, "process", "messaging.client.consumed.messages", "Requests and queries taken in, by destination.",
        "messaging.process.duration", "Time from taking in to the outcome, by destination.");

    /// <summary>Counts a message.</summary>
    /// <param name="destination">The endpoint or backend.</param>
    public void Count(string destination)
    {
        if (_messages.Enabled)
        {
            _messages.Add(1, TagsOf(destination));
        }
    }

    /// <summary>Records how long something took.</summary>
    /// <param name="destination">The endpoint or backend.</param>
    /// <param name="status">How it ended; otherwise than ok it becomes the tag <c>error.type</c>.</param>
    /// <param name="seconds">How long it took.</param>
    public void Took(string destination, ReplyStatus status, double seconds)
    {
        if (!_duration.Enabled)
        {
            return;
        }

        var tags = TagsOf(destination);
        if (status != ReplyStatus.Ok)
        {
            tags.Add("error.type", status.Name());
        }

        _duration.Record(seconds, tags);
    }

    private TagList TagsOf(string destination) => new(
    [
        new("messaging.operation.name", _operation), new("messaging.system", TelemetryWords.MessagingSystem), new("messaging.destination.name", destination),
    ]);
}
