using System.Text;
using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Transport;

namespace BrokerServe.Host.Conformance.Reading;

/// <summary>A key of one of the protocol's maps, as its table in PROTOCOL.md says.</summary>
/// <param name="Key">The key.</param>
/// <param name="Wanted">What its value is, for people.</param>
/// <param name="IsSound">Whether a value is that.</param>
/// <param name="Required">It must be there.</param>
internal sealed record Field(string Key, string Wanted, Func<object?, bool> IsSound, bool Required = false)
{
    /// <summary>An announcement of a replica.</summary>
    public static IReadOnlyList<Field> OfReplica { get; } =
    [
        OneOf("kind", required: true, "join", "heartbeat", "draining", "leave"),
        Name("backend"),
        Name("replica"),
        new("queue", "text of 1 to 255 bytes", IsQueueName, Required: true),
        OneOf("dialect", required: false, "framed", "plain"),
        Integer("max_concurrent", 1, AnnouncementLimits.MaxConcurrent),
        Integer("lease_ms", AnnouncementLimits.MinLeaseMs, AnnouncementLimits.MaxLeaseMs),
        Integer("held", 0, int.MaxValue),
        Integer("version", ProtocolVersion.Lowest, int.MaxValue),
    ];

    /// <summary>The body of an error.</summary>
    public static IReadOnlyList<Field> OfError { get; } =
    [
        new("code", "an error code, and not ok", IsErrorCode, Required: true),
        new("message", "text", value => value is string),
        new("retryable", "a boolean", value => value is bool),
        new("detail", "a map of text to text", IsTextMap),
    ];

    /// <summary>Everything that is wrong with a map, in whole sentences.</summary>
    public static IEnumerable<string> FaultsOf(IReadOnlyDictionary<object, object?> map, IReadOnlyList<Field> fields)
    {
        foreach (var field in fields)
        {
            // A value of nil is as good as no pair.
            if (map.GetValueOrDefault(field.Key) is not { } value)
            {
                if (field.Required)
                {
                    yield return $"'{field.Key}' is missing.";
                }
            }
            else if (!field.IsSound(value))
            {
                yield return $"'{field.Key}' is {PackTree.KindOf(value)}, and must be {field.Wanted}.";
            }
        }
    }

    private static Field Name(string key) => new(
        key, "a name (1 to 80 of A-Z a-z 0-9 _ . -, beginning with a letter, a digit or _)", value => Names.IsValid(value as string), Required: true);

    private static Field Integer(string key, int least, int most) => new(
        key,
        most == int.MaxValue ? $"an integer of {least} or more" : $"an integer from {least} to {most}",
        value => PackTree.IsInteger(value, least, most));

    private static bool IsQueueName(object? value) =>
        value is string { Length: > 0 } text && Encoding.UTF8.GetByteCount(text) <= BrokerLimits.MaxShortStringBytes;

    private static bool IsErrorCode(object? value) =>
        value is string code && ReplyStatuses.TryParse(code, out var status) && status != ReplyStatus.Ok;

    private static bool IsTextMap(object? value) =>
        value is IReadOnlyDictionary<object, object?> map && map.All(fact => fact is { Key: string, Value: string });

    private static Field OneOf(string key, bool required, params string[] words) =>
        new(key, string.Join(" or ", words), value => value is string word && words.Contains(word), required);
}
