using System.Diagnostics;
using System.Globalization;
using BrokerServe.Router.Tests.Models;

namespace BrokerServe.Router.Tests.Simulation;

/// <summary>Whole systems, simulated from seeds. <c>BROKERSERVE_SEED=17</c> runs one and prints all that happens in it.</summary>
public sealed class SimulationSpecs(ITestOutputHelper output)
{
    // What must have happened somewhere among the seeds, or they prove nothing about it.
    private static readonly string[] Expected =
    [
        "answer ok", "answer handler_error", "answer overloaded", "answer no_backend", "answer deadline_exceeded", "answer cancelled",
        "answer replica_lost", "answer outcome_unknown", "reply cancelled", "reply deadline_exceeded", "reply shutting_down",
        "asked for room", "frames discarded", "reoffered", "late replies", "copies dropped", "replicas lost", "replicas left", "repeated runs", "suspects isolated",
        "frames", "frames redelivered", "frames requeued", "requests requeued", "frames settled early", "let go after early settling",
        "broker restarts", "calls of a dead producer", "requests sent twice", "replies sent twice",
    ];

    /// <summary>About 10 s of one core.</summary>
    private const int Seeds = 300;

    [Fact]
    public void Whatever_fails_and_comes_back_the_laws_hold_and_every_call_ends()
    {
        var watch = Stopwatch.StartNew();
        var tally = new SimTally();
        var runs = 0;
        foreach (var seed in Sequences.Seeds(Seeds))
        {
            Run(seed, tally);
            runs++;
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{runs} seeds, {watch.Elapsed.TotalSeconds:F1} s: {tally}"));
        if (runs >= Seeds)
        {
            Assert.All(Expected, what => Assert.True(tally[what] > 0, $"In {runs} seeds there was never: {what}"));
        }
    }

    [Fact]
    public void A_seed_always_tells_the_same_story()
    {
        var (first, second) = (new StringWriter(), new StringWriter());
        new Simulation(7, first, new SimTally()).Run();
        new Simulation(7, second, new SimTally()).Run();
        Assert.Equal(first.ToString(), second.ToString());
        Assert.NotEmpty(first.ToString());
    }

    private void Run(int seed, SimTally tally)
    {
        var trace = Environment.GetEnvironmentVariable("BROKERSERVE_SEED") is { Length: > 0 } ? new StringWriter() : null;
        try
        {
            new Simulation(seed, trace, tally).Run();
        }
#pragma warning disable CA1031 // Whatever breaks, a law or the code itself, is what the simulation is for.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Assert.Fail($"Seed {seed} (BROKERSERVE_SEED={seed} runs it alone and prints the trace): {exception}");
        }
        finally
        {
            if (trace is not null)
            {
                output.WriteLine(trace.ToString());
            }
        }
    }
}
