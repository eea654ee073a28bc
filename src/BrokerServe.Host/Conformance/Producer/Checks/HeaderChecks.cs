using System.Text;
using System.Text.RegularExpressions;
using BrokerServe.Protocol;
using BrokerServe.Transport;

namespace BrokerServe.Host.Conformance.Producer.Checks;

/// <summary>The headers of requests.</summary>
internal static partial class HeaderChecks
{
    private const string Baggage = "baggage";
    private const int HighestPriority = 9;
    private const int MaxTraceParent = 128;
    private const int MaxTraceState = 512;

    /// <summary>Above it JavaScript cannot count.</summary>
    private const long MaxInteger = 1L << 53;

    private static readonly (string Name, HeaderKind Kind, string Wanted)[] Known =
    [
        (HeaderNames.Deadline, HeaderKind.Integer, "an integer"),
        (HeaderNames.Priority, HeaderKind.Integer, $"an integer from 0 to {HighestPriority}"),
        (HeaderNames.ShardKey, HeaderKind.Text, "text"),
        (HeaderNames.Frames, HeaderKind.Boolean, "a boolean"),
    ];

    public static IReadOnlyList<ProducerCheck> All { get; } =
    [
        new(
            "header-kinds", Paragraph.Headers,
            "The values of headers are text, booleans, and integers from 0 to 2^53.",
            JudgeKinds)
        {
            Needs = [RequestChecks.Requests],
        },
        new(
            "bs-headers", Paragraph.Producers,
            "BrokerServe's own headers are of their kinds, in their ranges, and written in their way.",
            JudgeOwn)
        {
            Needs = [RequestChecks.Requests],
        },
        new(
            "trace-context", Paragraph.Producers,
            "traceparent and tracestate are W3C trace context, and not too long.",
            JudgeTrace)
        {
            Needs = [RequestChecks.Requests],
        },
        new(
            "header-sizes", Paragraph.Limits,
            "Headers and metadata stay within the limits.",
            JudgeSizes)
        {
            Needs = [RequestChecks.Requests],
        },
    ];

    private static Outcome JudgeKinds(ProducerLog log) => OfHeaders(log, (request, name, value) => value switch
    {
        // BrokerServe's own have a check of their own.
        _ when Array.Exists(Known, known => known.Name == name) => null,
        { Kind: HeaderKind.Unsupported } =>
            $"Header '{name}' of {request.Name} is neither text, nor a boolean, nor an integer (a float, say, or a list): nobody reads or forwards it.",
        { Kind: HeaderKind.Integer, Integer: < 0 or > MaxInteger } => $"Header '{name}' of {request.Name} is {value.Integer}.",
        _ => null,
    });

    private static Outcome JudgeOwn(ProducerLog log) => OfHeaders(log, (request, name, value) =>
    {
        foreach (var (known, kind, wanted) in Known)
        {
            if (name == known && (value.Kind != kind || (known == HeaderNames.Priority && value.Integer is < 0 or > HighestPriority)))
            {
                return $"{known} of {request.Name} must be {wanted}: the request is a bad_request.";
            }

            if (name != known && string.Equals(name, known, StringComparison.OrdinalIgnoreCase))
            {
                return $"Header '{name}' of {request.Name} is not '{known}': names are compared letter by letter.";
            }
        }

        return null;
    });

    private static Outcome JudgeTrace(ProducerLog log)
    {
        var traced = log.Requests
            .Where(request => request.Find(HeaderNames.TraceParent) is not null || request.Find(HeaderNames.TraceState) is not null)
            .ToArray();
        return traced.Length == 0
            ? Outcome.NotObserved("Its requests carry no trace context.")
            : Outcome.Of(traced.Select(FaultOfTrace).OfType<string>());
    }

    private static string? FaultOfTrace(ReceivedRequest request)
    {
        var (parent, state) = (request.Find(HeaderNames.TraceParent), request.Find(HeaderNames.TraceState));
        return parent is { } said && (said.Kind != HeaderKind.Text || said.Text.Length > MaxTraceParent || !TraceParent().IsMatch(said.Text))
            ? $"traceparent of {request.Name} is '{said.Text}': its trace begins anew."
            : state is { } more && (more.Kind != HeaderKind.Text || more.Text.Length > MaxTraceState)
            ? $"tracestate of {request.Name} is no text of up to {MaxTraceState} characters: it is dropped."
            : null;
    }

    private static Outcome JudgeSizes(ProducerLog log) => Outcome.Of(log.Requests.SelectMany(request =>
    {
        var metadata = request.Headers.Where(header => IsMetadata(header.Key)).ToArray();
        var bytes = metadata.Sum(header => Encoding.UTF8.GetByteCount(header.Key) + BytesOf(header.Value));
        string?[] faults =
        [
            request.HeaderBytes > MetadataLimits.MaxHeaderBytes
                ? $"The headers of {request.Name} take {request.HeaderBytes} bytes; the limit is {MetadataLimits.MaxHeaderBytes}." : null,
            metadata.Length > MetadataLimits.MaxEntries
                ? $"The metadata of {request.Name} has {metadata.Length} entries; the limit is {MetadataLimits.MaxEntries}." : null,
            bytes > MetadataLimits.MaxBytes ? $"The metadata of {request.Name} has {bytes} bytes; the limit is {MetadataLimits.MaxBytes}." : null,
        ];
        return faults.OfType<string>();
    }));

    private static bool IsMetadata(string name) => name == Baggage || name.StartsWith(HeaderNames.MetadataPrefix, StringComparison.Ordinal);

    // As handlers get it: as text.
    private static int BytesOf(in HeaderValue value) => value.Kind switch
    {
        HeaderKind.Text => Encoding.UTF8.GetByteCount(value.Text),
        HeaderKind.Integer => $"{value.Integer}".Length,
        HeaderKind.Boolean => value.Boolean ? "true".Length : "false".Length,
        _ => 0,
    };

    private static Outcome OfHeaders(ProducerLog log, Func<ReceivedRequest, string, HeaderValue, string?> faultOf) =>
        log.Requests.All(request => request.Headers.Count == 0)
            ? Outcome.NotObserved("Its requests have no headers.")
            : Outcome.Of(log.Requests.SelectMany(request => request.Headers.Select(header => faultOf(request, header.Key, header.Value)).OfType<string>()));

    [GeneratedRegex("^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")]
    private static partial Regex TraceParent();
}
