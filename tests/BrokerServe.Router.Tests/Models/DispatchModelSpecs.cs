using BrokerServe.Router.Configuration;

namespace BrokerServe.Router.Tests.Models;

/// <summary>The dispatcher against <see cref="DispatchModel"/>: same order, same replicas, same answers, same numbers after every event.</summary>
public sealed class DispatchModelSpecs
{
    [Fact]
    public void The_dispatcher_does_what_lists_and_scans_would_do() => Sequences.Check(
        seeds: 150,
        length: 400,
        DispatchStep.Next,
        (seed, steps) =>
        {
            var pair = new DispatchPair(ConfigOf(seed));
            foreach (var step in steps)
            {
                pair.Apply(step);
            }

            pair.Finish();
        });

    private static BackendConfig ConfigOf(int seed)
    {
        var chance = new Random(seed);
        return new BackendConfig
        {
            MaxQueuedQueries = 1 + chance.Next(5),
            WhenFull = (WhenFull)chance.Next(2),
            WhenNoReplica = (WhenNoReplica)chance.Next(2),
            MaxAttempts = 1 + chance.Next(3),
            ShadowMaxQueued = 1 + chance.Next(3),
            ShadowMaxBytes = 1_500,
        };
    }
}
