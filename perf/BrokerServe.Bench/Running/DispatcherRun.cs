using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using BrokerServe.Bench.Results;
using BrokerServe.Bench.Subjects;

namespace BrokerServe.Bench.Running;

/// <summary>Lets <c>BrokerServe.Benchmarks</c> compare the dispatcher with a channel, at any number of replicas and behind any backlog.</summary>
internal static class DispatcherRun
{
    private static readonly string[] Topics = ["DispatcherBenchmarks", "BacklogBenchmarks"];

    /// <exception cref="BenchException">It failed.</exception>
    public static async Task<IReadOnlyList<RatioRecord>> RunAsync(Binaries binaries, string folder, CancellationToken stopping)
    {
        var file = Path.Combine(folder, "ratios.json");
        using var process = Process.Start(new ProcessStartInfo(binaries.Benchmarks, ["ratios", "--json", file, .. Topics]) { RedirectStandardOutput = true })
            ?? throw new BenchException($"{binaries.Benchmarks} does not start.");
        await process.StandardOutput.ReadToEndAsync(stopping);
        await process.WaitForExitAsync(stopping);
        return process.ExitCode == 0
            ? Parse(await File.ReadAllTextAsync(file, stopping))
            : throw new BenchException($"{binaries.Benchmarks} ended with {process.ExitCode}.");
    }

    /// <summary>Reads what it wrote.</summary>
    public static IReadOnlyList<RatioRecord> Parse(string json) =>
    [
        .. JsonDocument.Parse(json).RootElement.EnumerateArray().Select(ratio =>
        {
            var parameter = Text("Parameters").Split('=');
            return new RatioRecord(
                Text("Topic"),
                Text("Name"),
                parameter[0],
                parameter.Length > 1 ? int.Parse(parameter[1], CultureInfo.InvariantCulture) : 0,
                Number("Nanoseconds"),
                Number("Ratio"),
                Number("Low"),
                Number("High"));

            string Text(string name) => ratio.GetProperty(name).GetString()!;
            double Number(string name) => Math.Round(ratio.GetProperty(name).GetDouble(), 3);
        }),
    ];
}
