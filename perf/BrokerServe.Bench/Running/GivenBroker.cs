using System.Diagnostics;
using System.Text.RegularExpressions;

namespace BrokerServe.Bench.Running;

/// <summary>A broker that somebody else runs, such as a container.</summary>
internal sealed partial class GivenBroker : IBroker
{
    private readonly Uri? _metrics;
    private readonly int? _processId;
    private readonly HttpClient _http = new();

    private GivenBroker(string uri, Uri? metrics, string? processName, string version)
    {
        Uri = uri;
        Version = version;
        _metrics = metrics;
        _processId = processName is null ? null : FindProcess(processName);
    }

    public string Uri { get; }

    public string Version { get; }

    /// <param name="uri">Where it is.</param>
    /// <param name="metrics">Its page of metrics for Prometheus; null: nothing is known of its counters.</param>
    /// <param name="processName">What its process is called on this machine, such as <c>beam.smp</c>; null: it is elsewhere.</param>
    /// <exception cref="BenchException">There is not one such process, or no such page.</exception>
    public static async Task<GivenBroker> FindAsync(string uri, Uri? metrics, string? processName)
    {
        if (metrics is null)
        {
            return new GivenBroker(uri, metrics, processName, "RabbitMQ");
        }

        try
        {
            using var http = new HttpClient();
            var version = BuildInfo().Match(await http.GetStringAsync(metrics)).Groups[1].Value;
            return new GivenBroker(uri, metrics, processName, $"RabbitMQ {version}");
        }
        catch (HttpRequestException exception)
        {
            throw new BenchException($"{metrics} cannot be read: {exception.Message}");
        }
    }

    public double? ProcessorSeconds() => _processId is { } id ? ProcessorTime.Of(id) : null;

    public async Task<BrokerCounts?> CountAsync() => _metrics is null ? null : BrokerCounts.OfPrometheus(await _http.GetStringAsync(_metrics));

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private static int FindProcess(string name)
    {
        var found = Process.GetProcessesByName(name);
        return found is [var one]
            ? one.Id
            : throw new BenchException($"There are {found.Length} processes called '{name}'; --broker-process wants the one of the broker.");
    }

    [GeneratedRegex("rabbitmq_version=\"([^\"]+)\"")]
    private static partial Regex BuildInfo();
}
