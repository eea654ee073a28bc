using System.Globalization;
using System.Text.Json;
using BrokerServe.Host.Status;
using BrokerServe.Protocol;
using BrokerServe.Router.ControlLog;

namespace BrokerServe.Host.Doctor;

/// <summary>Whether the streams of the control log keep what routers read of them: the newest snapshot, and every entry since.</summary>
/// <remarks>
/// They keep everything unless somebody limits them. RabbitMQ then cuts whole segments, all but the newest one, each time a new one begins. So
/// max-length-bytes certainly leaves itself less one segment; and max-age, whatever it is, may leave the newest segment alone of a log that was
/// quiet for so long, with nothing in it but the fences of those who read.
/// </remarks>
internal sealed class ControlStreamExam(ObjectNames names, Examination found)
{
    /// <summary>RabbitMQ's own size of a segment.</summary>
    private const long DefaultSegmentBytes = 500_000_000;

    /// <summary>What lies between two snapshots, at 17 KiB an entry, of which most take some hundred bytes; and more than the 16 MiB that a broker
    /// takes as one message by default, which a snapshot has to be.</summary>
    private const long SpanBytes = ControlFollower.EntriesPerSnapshot * 17L * 1024;

    /// <summary>How often that is to be kept: while no router runs nobody writes snapshots, and authors go on.</summary>
    private const int Spans = 10;

    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    /// <summary>Looks at what the management API says of the virtual host's queues.</summary>
    public void LookAt(JsonElement queues)
    {
        foreach (var queue in queues.EnumerateArray())
        {
            var name = ManagementExam.Text(queue, "name");
            if (name == names.Control || name == names.ControlSnapshots)
            {
                LookAtStream(name, queue);
            }
        }
    }

    private void LookAtStream(string stream, JsonElement queue)
    {
        var before = found.Problems.Count;
        foreach (var (age, by) in Said(queue, "max-age"))
        {
            found.Add(
                Severity.Warning, "control_limit", $"stream {stream}",
                $"Its max-age of {age}, by {by}, may take away what a quiet log still needs, its only snapshot included: "
                + "a router that starts then cannot know what to serve.",
                $"Take max-age away from {names.Control} and {names.ControlSnapshots}: they grow slowly, and max-length-bytes can bound them.");
        }

        var segment = Said(queue, "stream-max-segment-size-bytes").Select(static said => Bytes(said.Value)).FirstOrDefault(static size => size is not null)
            ?? DefaultSegmentBytes;
        var least = segment + (Spans * SpanBytes);
        foreach (var (value, by) in Said(queue, "max-length-bytes"))
        {
            if (Bytes(value) is { } limit && limit < least)
            {
                found.Add(
                    Severity.Warning, "control_limit", $"stream {stream}",
                    string.Create(Invariant, $"Its max-length-bytes of {limit:N0}, by {by}, may cut the newest snapshot away, or entries that it has not: ")
                    + string.Create(Invariant, $"up to {segment:N0} bytes go at once, and {ControlFollower.EntriesPerSnapshot:N0} entries lie between two snapshots."),
                    string.Create(Invariant, $"Take the limit away from {names.Control} and {names.ControlSnapshots}, or make it {least:N0} or more."));
            }
        }

        if (found.Problems.Count == before)
        {
            found.Approve($"stream {stream} keeps what routers read of it");
        }
    }

    /// <summary>What an argument and a policy say of a setting. Of two limits the smaller counts, so each is looked at.</summary>
    private static List<(JsonElement Value, string By)> Said(JsonElement queue, string setting)
    {
        var said = new List<(JsonElement Value, string By)>();
        if (Find(queue, "arguments", $"x-{setting}") is { } argument)
        {
            said.Add((argument, $"its argument x-{setting}"));
        }

        if (Find(queue, "effective_policy_definition", setting) is { } policy)
        {
            said.Add((policy, PolicyOf(queue)));
        }

        return said;
    }

    // Where there are none, some brokers write an empty array.
    private static JsonElement? Find(JsonElement queue, string place, string setting) =>
        queue.TryGetProperty(place, out var settings) && settings.ValueKind == JsonValueKind.Object && settings.TryGetProperty(setting, out var value)
            ? value
            : null;

    private static long? Bytes(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var bytes) ? bytes : null;

    private static string PolicyOf(JsonElement queue)
    {
        string[] policies = [ManagementExam.Text(queue, "policy"), ManagementExam.Text(queue, "operator_policy")];
        return $"policy {string.Join(" and ", policies.Where(static name => name.Length > 0))}".TrimEnd();
    }
}
