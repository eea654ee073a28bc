using System.Globalization;
using BrokerServe.Probe;

namespace BrokerServe.InProcess;

/// <summary>Rounds of both, in turn, and the medians.</summary>
internal static class Comparison
{
    public static async Task RunAsync(Settings settings, TextWriter output)
    {
        await using var serve = await ServeEcho.StartAsync(settings.Load.Concurrency, settings.AtMostOnce);
        await using var channel = new ChannelEcho();
        IEcho[] both = [serve, channel];
        foreach (var echo in both)
        {
            await Round.RunAsync(echo, settings.Load with { Duration = TimeSpan.FromSeconds(3) }); // Until the compiler is done.
        }

        var rounds = both.ToDictionary(echo => echo, _ => new List<Round>());
        output.WriteLine("| round | what | per second | p50 ms | p99 ms | bytes each | CPU us each |");
        output.WriteLine("|---:|---|---:|---:|---:|---:|---:|");
        for (var number = 1; number <= settings.Rounds; number++)
        {
            foreach (var echo in both)
            {
                var round = await Round.RunAsync(echo, settings.Load);
                rounds[echo].Add(round);
                output.WriteLine(Row(number.ToString(CultureInfo.InvariantCulture), echo.Name, round));
            }
        }

        foreach (var echo in both)
        {
            output.WriteLine(Row("median", echo.Name, MedianOf(rounds[echo])));
        }

        if (settings.Allocations)
        {
            using var allocations = new Allocations();
            var round = await Round.RunAsync(serve, settings.Load);
            output.WriteLine();
            Print(output, allocations.Shares(), round.BytesEach);
        }

        var ratio = Median(rounds[serve].Zip(rounds[channel], (s, c) => c.PerSecond / s.PerSecond));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\nA request costs {ratio:F1} times a Channel<T> ping-pong (median of the rounds)."));
    }

    /// <summary>Prints the types that make up all but the last few bytes.</summary>
    private static void Print(TextWriter output, IEnumerable<KeyValuePair<string, double>> shares, double bytesEach)
    {
        output.WriteLine("| bytes each | type |");
        output.WriteLine("|---:|---|");
        foreach (var (type, share) in shares.TakeWhile(entry => bytesEach * entry.Value >= 1))
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {bytesEach * share:F0} | {type} |"));
        }
    }

    private static Round MedianOf(List<Round> rounds) => new(
        Median(rounds.Select(r => r.PerSecond)),
        Median(rounds.Select(r => r.P50Ms)),
        Median(rounds.Select(r => r.P99Ms)),
        Median(rounds.Select(r => r.BytesEach)),
        Median(rounds.Select(r => r.CpuMicroseconds)));

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static string Row(string round, string name, Round r) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {round} | {name} | {r.PerSecond:N0} | {r.P50Ms:F2} | {r.P99Ms:F2} | {r.BytesEach:F0} | {r.CpuMicroseconds:F2} |");
}
