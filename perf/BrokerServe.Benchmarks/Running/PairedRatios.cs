using System.Diagnostics;
using System.Text.Json;

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

    /// <summary>The compiler's last tier waits for a tenth of a second without a new method, and then compiles in the background.</summary>
    private static readonly TimeSpan WarmUpTime = TimeSpan.FromSeconds(3);

    /// <summary>Prints a table of all benchmarks, or of those whose name contains one of the filters.</summary>
    /// <param name="output">Where the table goes.</param>
    /// <param name="filters">Parts of names, and before them <c>--json FILE</c>, which writes the same for machines.</param>
    /// <returns>The exit code.</returns>
    public static int Run(TextWriter output, string[] filters)
    {
        string? json = null;
        if (filters is ["--json", var file, .. var others])
        {
            (json, filters) = (file, others);
        }

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
        var all = chosen.Select(entry => new Measured(entry)).ToArray();
        WarmUp([channel, .. all]);
        output.WriteLine("| benchmark | ns per operation | channel write + read, ns | ratio | 95 % interval |");
        output.WriteLine("|---|---:|---:|---:|---:|");
        var found = new List<PairedRatio>();
        foreach (var measured in all)
        {
            found.Add(Measure(measured, channel));
            output.WriteLine(found[^1].ToString());
        }

        if (json is not null)
        {
            File.WriteAllText(json, JsonSerializer.Serialize(found));
        }

        return 0;
    }

    /// <summary>Runs everything in turn until the compiler is done with it.</summary>
    /// <remarks>
    /// It compiles by what it saw in the first moments. Were the benchmarks warmed up one by one, the first to use a method would decide
    /// which of its paths is the fast one, and the next would pay for it; a router has all of them at once.
    /// </remarks>
    private static void WarmUp(Measured[] all)
    {
        foreach (var measured in all)
        {
            measured.Call(); // The first call makes what the others use: that may be a million requests, and takes its time.
        }

        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < WarmUpTime)
        {
            foreach (var measured in all)
            {
                measured.Call();
            }
        }

        // What is queued for the last tier is compiled while nothing else runs.
        Thread.Sleep(500);
    }

    private static PairedRatio Measure(Measured measured, Measured channel)
    {
        measured.FindCallsPerSlice();
        channel.FindCallsPerSlice();
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
        return new PairedRatio(
            measured.Entry.Topic,
            measured.Entry.Name,
            measured.Entry.Parameters,
            nanoseconds[Pairs / 2],
            baseline[Pairs / 2],
            ratios[Pairs / 2],
            ratios[(Pairs / 2) - reach],
            ratios[(Pairs / 2) + reach]);
    }

    private sealed class Measured(CatalogEntry entry)
    {
        private readonly Func<int> _call = entry.Prepare();
        private int _callsPerSlice = 1;

        public CatalogEntry Entry => entry;

        public int Call() => _call();

        public void FindCallsPerSlice()
        {
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
