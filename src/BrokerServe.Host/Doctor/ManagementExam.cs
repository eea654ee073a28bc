using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using BrokerServe.Host.Status;
using BrokerServe.Protocol;

namespace BrokerServe.Host.Doctor;

/// <summary>What the management API adds: alarms, policies that touch our queues, limits of the control log, and queues that were left behind.</summary>
internal sealed class ManagementExam(Uri management, string virtualHost, ObjectNames names, Examination found)
{
    // Of a policy, what takes requests away from producers who were promised that they wait.
    private static readonly string[] Harmful = ["message-ttl", "max-length", "max-length-bytes", "expires", "overflow", "delivery-limit"];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    private string Host => Uri.EscapeDataString(virtualHost);

    /// <summary>Looks.</summary>
    /// <param name="endpoints">Endpoints that routers serve; null when no router said.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task LookAsync(IReadOnlyCollection<string>? endpoints, CancellationToken cancellation)
    {
        using var handler = new SocketsHttpHandler { UseProxy = false, ConnectTimeout = Patience };
        using var http = new HttpClient(handler) { BaseAddress = new UriBuilder(management.Scheme, management.Host, management.Port).Uri, Timeout = Patience };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(management.UserInfo.Length > 0 ? management.UserInfo : "guest:guest"))));
        try
        {
            LookAtNodes(await GetAsync(http, "/api/nodes", cancellation));
            LookAtPolicies(await GetAsync(http, $"/api/policies/{Host}", cancellation));
            var queues = await GetAsync(http, $"/api/queues/{Host}", cancellation);
            LookAtQueues(queues, endpoints);
            new ControlStreamExam(names, found).LookAt(queues);
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException
            || (failure is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            found.Add(
                Severity.Warning, "management", $"management API {http.BaseAddress}", failure.Message,
                "Enable the plugin rabbitmq_management, and give --management a user with the tag monitoring: http://USER:PASSWORD@HOST:15672.");
        }
    }

    /// <summary>A text of an item; empty when it says none.</summary>
    internal static string Text(JsonElement item, string name) =>
        item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static async Task<JsonElement> GetAsync(HttpClient http, string path, CancellationToken cancellation)
    {
        using var stream = await http.GetStreamAsync(path, cancellation);
        using var document = await JsonDocument.ParseAsync(stream, cancellationToken: cancellation);
        return document.RootElement.Clone();
    }

    private void LookAtNodes(JsonElement nodes)
    {
        foreach (var node in nodes.EnumerateArray())
        {
            var about = $"node {Text(node, "name")}";
            if (!Flag(node, "running"))
            {
                found.Add(Severity.Error, "node_down", about, "It does not run.", "Start it; quorum queues need a majority of their nodes.");
                continue;
            }

            Alarm(node, "mem_alarm", about, "memory", "vm_memory_high_watermark");
            Alarm(node, "disk_free_alarm", about, "disk", "disk_free_limit");
            if (node.TryGetProperty("partitions", out var partitions) && partitions.ValueKind == JsonValueKind.Array && partitions.GetArrayLength() > 0)
            {
                found.Add(Severity.Error, "partition", about, "It is cut off from other nodes of its cluster.", "See RabbitMQ's guide on network partitions.");
            }
        }
    }

    private void Alarm(JsonElement node, string alarm, string about, string what, string setting)
    {
        if (Flag(node, alarm))
        {
            found.Add(
                Severity.Error, "alarm", about, $"There is a {what} alarm: the broker reads nothing that is published.",
                $"Make room, or look at {setting}; calls go on by themselves when the alarm is over.");
        }
        else
        {
            found.Approve($"no {what} alarm at {about}");
        }
    }

    private void LookAtPolicies(JsonElement policies)
    {
        foreach (var policy in policies.EnumerateArray())
        {
            var harmful = policy.GetProperty("definition").EnumerateObject().Select(static entry => entry.Name).Intersect(Harmful).ToArray();
            if (harmful.Length > 0 && Text(policy, "apply-to") != "exchanges" && Touches(Text(policy, "pattern")))
            {
                found.Add(
                    Severity.Warning, "policy", $"policy {Text(policy, "name")}", $"Its {string.Join(", ", harmful)} counts for the queues of endpoints: requests are dropped that were promised to wait.",
                    $"Change its pattern so that it leaves {names.Prefix}.endpoint.* alone.");
            }
        }
    }

    private bool Touches(string pattern)
    {
        try
        {
            return Regex.IsMatch(names.EndpointQueue("greet"), pattern, RegexOptions.None, TimeSpan.FromSeconds(1));
        }
        catch (Exception failure) when (failure is ArgumentException or RegexMatchTimeoutException)
        {
            return false; // Erlang's expressions are not quite .NET's.
        }
    }

    private void LookAtQueues(JsonElement queues, IReadOnlyCollection<string>? endpoints)
    {
        var prefix = names.EndpointQueue("");
        foreach (var queue in queues.EnumerateArray())
        {
            var name = Text(queue, "name");
            if (!name.StartsWith(prefix, StringComparison.Ordinal) || endpoints?.Contains(name[prefix.Length..]) is not false)
            {
                continue;
            }

            var waiting = queue.TryGetProperty("messages", out var messages) && messages.TryGetInt64(out var count) ? count : 0;
            found.Add(
                Severity.Warning, "leftover", $"queue {name}",
                string.Create(Invariant, $"No router serves its endpoint, and {waiting:N0} requests lie in it."),
                "If the endpoint is gone for good, delete the queue: rabbitmqctl delete_queue.");
        }
    }

    private static bool Flag(JsonElement item, string name) => item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;
}
