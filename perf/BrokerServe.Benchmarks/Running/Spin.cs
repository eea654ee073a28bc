using System.Diagnostics;

namespace BrokerServe.Benchmarks;

/// <summary>Runs one benchmark alone and for long, so that a profiler sees little else.</summary>
internal static class Spin
{
    /// <summary>Ten seconds at a usual thousand samples a second are plenty.</summary>
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(10);

    /// <summary>Runs the first benchmark whose name contains <paramref name="filter"/>.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(string filter)
    {
        var entry = BenchmarkCatalog.All.FirstOrDefault(e => e.ToString().Contains(filter, StringComparison.OrdinalIgnoreCase));
        if (entry is null)
        {
            Console.Error.WriteLine("No benchmark has such a name.");
            return 2;
        }

        var call = entry.Prepare();
        var calls = 0L;
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < Duration)
        {
            call();
            calls++;
        }

        Console.WriteLine($"{entry}: {Duration.TotalNanoseconds / (calls * entry.OperationsPerCall):F1} ns per operation");
        return 0;
    }
}
