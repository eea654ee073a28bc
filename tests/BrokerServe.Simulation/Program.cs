using System.Diagnostics;
using System.Globalization;
using BrokerServe.Router.Tests.Simulation;

namespace BrokerServe.Simulation;

/// <summary>Runs whole systems from seeds, many of them, or one with all that happens in it.</summary>
internal static class Program
{
    private const string Usage = """
        Simulates whole systems from seeds: producers, broker, routers, workers, and everything that can happen to them.

          run [SEEDS [FIRST]]    runs so many seeds (1,000), from FIRST (0) on; ends at the first that breaks a law
          for SECONDS [FIRST]    the same for so long
          replay SEED            runs one, and prints all that happens in it

        The code is 0 when every law held, 1 when one was broken, 2 when the arguments make no sense.
        """;

    private static int Main(string[] arguments)
    {
        var numbers = new int[2];
        for (var i = 1; i < arguments.Length; i++)
        {
            if (i > 2 || !int.TryParse(arguments[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i - 1]))
            {
                return Explain();
            }
        }

        return (arguments is [var command, ..] ? command : "run", arguments.Length) switch
        {
            ("run", <= 1) => Run(1_000, 0, TimeSpan.MaxValue),
            ("run", _) => Run(numbers[0], numbers[1], TimeSpan.MaxValue),
            ("for", >= 2) => Run(int.MaxValue - numbers[1], numbers[1], TimeSpan.FromSeconds(numbers[0])),
            ("replay", 2) => Replay(numbers[0]),
            _ => Explain(),
        };
    }

    private static int Explain()
    {
        Console.Error.WriteLine(Usage);
        return 2;
    }

    private static int Run(int seeds, int first, TimeSpan limit)
    {
        var watch = Stopwatch.StartNew();
        var tally = new SimTally();
        for (var done = 0; ; done++)
        {
            if (done == seeds || watch.Elapsed >= limit)
            {
                Say(done, watch.Elapsed, tally);
                return 0;
            }

            if (Failure(first + done, trace: null, tally) is { } failure)
            {
                Say(done + 1, watch.Elapsed, tally);
                Console.WriteLine($"Seed {first + done} broke a law; 'replay {first + done}' prints what led there. {failure}");
                return 1;
            }
        }
    }

    private static int Replay(int seed)
    {
        var tally = new SimTally();
        var failure = Failure(seed, Console.Out, tally);
        Console.WriteLine(failure is null ? $"Seed {seed} keeps the laws: {tally}" : $"Seed {seed} breaks a law: {failure}");
        return failure is null ? 0 : 1;
    }

    private static Exception? Failure(int seed, TextWriter? trace, SimTally tally)
    {
        try
        {
            new Router.Tests.Simulation.Simulation(seed, trace, tally).Run();
            return null;
        }
#pragma warning disable CA1031 // Whatever breaks, a law or the code itself, is what the simulation is for.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            return failure;
        }
    }

    // By the processor's time, too: a machine that does something else meanwhile shows in the other figure only.
    private static void Say(int seeds, TimeSpan took, SimTally tally)
    {
        var worked = Environment.CpuUsage.TotalTime;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{seeds} seeds in {took.TotalSeconds:F1} s: {seeds / took.TotalSeconds:F1} seeds per second, {tally["calls"]:N0} request lifetimes, "
            + $"{tally["calls"] / took.TotalMinutes:N0} per minute, {tally["calls"] / worked.TotalMinutes:N0} per minute of one processor."));
        Console.WriteLine(tally);
    }
}
