using System.Text.Json;

namespace BrokerServe.Benchmarks.Tests;

/// <summary>perf/Budgets.json: class, method, and the bytes that one operation may allocate.</summary>
internal static class Budgets
{
    private static readonly Dictionary<string, Dictionary<string, double>> Written =
        JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, double>>>(
            File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Budgets.json")))!;

    /// <summary>Every entry, as <c>Class.Method</c>.</summary>
    public static IEnumerable<string> Names => Written.SelectMany(topic => topic.Value.Keys.Select(name => $"{topic.Key}.{name}"));

    /// <summary>The budget of a benchmark, whatever its parameters; null when it has none.</summary>
    public static double? Of(CatalogEntry benchmark) =>
        Written.TryGetValue(benchmark.Topic, out var names) && names.TryGetValue(benchmark.Name, out var bytes) ? bytes : null;
}
