using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace BrokerServe.Router.Tests.Models;

/// <summary>Checks a law on many random sequences of operations, each made from a seed; one that breaks it is made as short as it goes.</summary>
/// <remarks>
/// The same seeds run every time, so that a failure is nobody's bad luck. <c>BROKERSERVE_SEED=17</c> runs that seed alone,
/// <c>BROKERSERVE_SEEDS=100</c> a hundred times as many as usual. Operations must make sense in any order, because shrinking leaves some out:
/// "the third of those that are open" instead of "ticket 1234".
/// </remarks>
internal static class Sequences
{
    private static readonly TimeSpan ShrinkingTime = TimeSpan.FromSeconds(10);

    /// <summary>Runs <paramref name="seeds"/> sequences.</summary>
    /// <param name="seeds">How many, from seed 0.</param>
    /// <param name="length">Operations in each.</param>
    /// <param name="next">Makes an operation; a record, so that it can be printed.</param>
    /// <param name="run">Runs a sequence from a fresh start and throws when a law is broken. The seed is for what is fixed for the sequence.</param>
    public static void Check<TOperation>(int seeds, int length, Func<Random, TOperation> next, Action<int, IReadOnlyList<TOperation>> run)
    {
        foreach (var seed in Seeds(seeds))
        {
            var chance = new Random(seed);
            var operations = Enumerable.Range(0, length).Select(_ => next(chance)).ToList();
            if (Failure(seed, operations, run) is { } first)
            {
                var shortest = Shrink(seed, operations, run);
                Assert.Fail(Report(seed, shortest, Failure(seed, shortest, run) ?? first));
            }
        }
    }

    /// <summary>The seeds to run: the usual ones, or what the environment asks for.</summary>
    public static IEnumerable<int> Seeds(int usual)
    {
        if (Environment.GetEnvironmentVariable("BROKERSERVE_SEED") is { Length: > 0 } seed)
        {
            return [int.Parse(seed, CultureInfo.InvariantCulture)];
        }

        var times = Environment.GetEnvironmentVariable("BROKERSERVE_SEEDS") is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : 1;
        return Enumerable.Range(0, usual * times);
    }

    private static Exception? Failure<TOperation>(int seed, IReadOnlyList<TOperation> operations, Action<int, IReadOnlyList<TOperation>> run)
    {
        try
        {
            run(seed, operations);
            return null;
        }
#pragma warning disable CA1031 // Whatever breaks, an assertion or the code itself, is what the check is for.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return exception;
        }
    }

    // Leaves out ever smaller pieces as long as what remains still fails.
    private static List<TOperation> Shrink<TOperation>(int seed, List<TOperation> operations, Action<int, IReadOnlyList<TOperation>> run)
    {
        var watch = Stopwatch.StartNew();
        for (var piece = operations.Count / 2; piece > 0; piece /= 2)
        {
            for (var at = 0; at + piece <= operations.Count && watch.Elapsed < ShrinkingTime;)
            {
                var shorter = operations.ToList();
                shorter.RemoveRange(at, piece);
                if (Failure(seed, shorter, run) is null)
                {
                    at += piece;
                }
                else
                {
                    operations = shorter;
                }
            }
        }

        return operations;
    }

    private static string Report<TOperation>(int seed, IReadOnlyList<TOperation> operations, Exception failure)
    {
        var report = new StringBuilder($"Seed {seed} (BROKERSERVE_SEED={seed} runs it alone). {operations.Count} operations:\n");
        foreach (var operation in operations)
        {
            report.Append("  ").Append(operation).Append('\n');
        }

        return report.Append(failure).ToString();
    }
}
