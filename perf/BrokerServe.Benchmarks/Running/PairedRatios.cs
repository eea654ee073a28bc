using System.Diagnostics;
using System.Globalization;

namespace BrokerServe.Benchmarks;

/// <summary>How much longer each benchmark takes than a channel operation, measured in pairs of slices.</summary>
/// <remarks>
/// A machine that is shared, or that changes its speed, spoils figures that were taken a minute apart. Here a tenth of a millisecond of the
/// baseline and as much of the benchmark take turns, so that both see the same machine, and the median of many such ratios is printed.
/// </remarks>
internal static class PairedRatios
{
    /// <summary>Pairs of slices: with 2,001 the 95 % interval of the median lies within 44 ranks on either side of it.</summary>
    private const int Pairs = 2_001;

    /// <summary>Long against the clock's grain of some 30 ns, short against a scheduler's turn of some milliseconds: few slices have a break.</summary>
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(0.1);

    /// <summary>Prints a table of all benchmarks, or of those whose name contains one of the filters.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(TextWriter output, string[] filters)
    {
        var chosen = BenchmarkCatalog.All
            .Where(entry => !entry.IsBaseline)
            .Where(entry => filters.Length == 0 || filters.Any(f => entry.ToString().Contains(f, StringComparison.OrdinalIgnoreCase)))
            .ToArray();
        if (chosen.Length == 0)
        {
            Console.Error.WriteLine("No benchmark has such a name.");
            return 2;
        }

        var channel = new Measured(BenchmarkCatalog.All.First(entry => entry.IsBaseline));
        output.WriteLine("| benchmark | ns per operation | channel write + read, ns | ratio | 95 % interval |");
        output.WriteLine("|---|---:|---:|---:|---:|");
        foreach (var entry in chosen)
        {
            var measured = new Measured(entry);
            measured.WarmUp();
            channel.WarmUp();
            output.WriteLine(Row(entry, measured, channel));
        }

        return 0;
    }

    private static string Row(CatalogEntry entry, Measured measured, Measured channel)
    {
        var nanoseconds = new double[Pairs];
        var baseline = new double[Pairs];
        var ratios = new double[Pairs];
        for (var i = 0; i < Pairs; i++)
        {
            baseline[i] = channel.Run();
            nanoseconds[i] = measured.Run();
            ratios[i] = nanoseconds[i] / baseline[i];
        }

        Array.Sort(nanoseconds);
        Array.Sort(baseline);
        Array.Sort(ratios);

        // The ranks between which the median lies with 95 % confidence: the binomial distribution, as a normal one.
        var reach = (int)Math.Ceiling(1.96 * Math.Sqrt(Pairs) / 2);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {entry} | {nanoseconds[Pairs / 2]:F1} | {baseline[Pairs / 2]:F1} | {ratios[Pairs / 2]:F2} | {ratios[(Pairs / 2) - reach]:F2} to {ratios[(Pairs / 2) + reach]:F2} |");
    }

    private sealed class Measured(CatalogEntry entry)
    {
        private readonly Func<int> _call = entry.Prepare();
        private int _callsPerSlice = 1;

        /// <summary>Runs long enough for the compiler's last tier, and finds how many calls fill a slice.</summary>
        public void WarmUp()
        {
            // The compiler counts calls, waits 100 ms for a quiet moment, and compiles in the background: some rounds of both.
            for (var round = 0; round < 4; round++)
            {
                var started = Stopwatch.GetTimestamp();
                while (Stopwatch.GetElapsedTime(started) < TimeSpan.FromMilliseconds(60))
                {
                    _call();
                }

                Thread.Sleep(120);
            }

            // The shortest of some calls is one without a break.
            _callsPerSlice = 1;
            var nanoseconds = Enumerable.Range(0, 20).Min(_ => Run()) * entry.OperationsPerCall;
            _callsPerSlice = Math.Max(1, (int)(Slice.TotalNanoseconds / nanoseconds));
        }

        /// <summary>Runs one slice.</summary>
        /// <returns>Nanoseconds per operation.</returns>
        public double Run()
        {
            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < _callsPerSlice; i++)
            {
                _call();
            }

            return Stopwatch.GetElapsedTime(started).TotalNanoseconds / (_callsPerSlice * (double)entry.OperationsPerCall);
        }
    }
}
