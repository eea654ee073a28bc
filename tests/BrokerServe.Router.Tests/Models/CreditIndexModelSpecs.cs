using BrokerServe.Protocol.Announcements;
using BrokerServe.Router.Dispatch;

namespace BrokerServe.Router.Tests.Models;

/// <summary>The index of credit against a scan of all replicas.</summary>
public sealed class CreditIndexModelSpecs
{
    private enum Kind
    {
        Take,
        Return,
        Limit,
        Suspend,
        Lose,
    }

    [Theory]
    [InlineData(3, 300)]
    [InlineData(200, 100)] // Beyond one word of the bitmap.
    [InlineData(6_000, 10)] // Beyond one word of the summary.
    public void The_least_loaded_replica_is_what_a_scan_finds(int maxLimit, int seeds) => Sequences.Check(
        seeds,
        length: 600,
        chance => new Step(chance.Next(10) < 5 ? Kind.Take : (Kind)chance.Next(1, 5), chance.Next(10_000), 1 + chance.Next(maxLimit)),
        (_, steps) => Run(steps));

    private static void Run(IReadOnlyList<Step> steps)
    {
        var index = new CreditIndex();
        Entry[] entries = [.. Enumerable.Range(0, 5).Select(i => new Entry(new Replica("backend", $"r{i}", $"q{i}", Dialect.Framed)))];
        var now = 0;
        foreach (var step in steps)
        {
            var entry = entries[step.Pick % entries.Length];
            switch (step.Kind)
            {
                case Kind.Take:
                    var expected = entries.Where(e => e.Replica.HasCredit).OrderBy(e => e.Replica.InFlight).ThenBy(e => e.Since).FirstOrDefault();
                    var least = index.LeastLoaded();
                    Assert.Same(expected?.Replica, least);
                    if (least is null)
                    {
                        continue;
                    }

                    // In leaps: to get into the high buckets within a short sequence.
                    entry = expected!;
                    for (var i = 0; i < Math.Max(1, step.Value / 4) && least.HasCredit; i++)
                    {
                        least.TakeCredit();
                    }

                    break;
                case Kind.Return when entry.Replica.InFlight > 0:
                    entry.Replica.ReturnCredit();
                    break;
                case Kind.Limit:
                    entry.Replica.Limit = step.Value;
                    break;
                case Kind.Suspend:
                    entry.Replica.State = entry.Replica.State == ReplicaState.Serving ? ReplicaState.Syncing : ReplicaState.Serving;
                    break;
                case Kind.Lose when step.Value % 4 == 0:
                    entry.Replica.State = ReplicaState.Lost;
                    index.Forget(entry.Replica);
                    entry.Replica = new Replica("backend", entry.Replica.Name, "queue", Dialect.Framed);
                    break;
            }

            entry.Since = ++now;
            index.Remove(entry.Replica);
            if (entry.Replica.HasCredit)
            {
                index.Add(entry.Replica);
            }
        }
    }

    private sealed record Step(Kind Kind, int Pick, int Value);

    private sealed class Entry(Replica replica)
    {
        public Replica Replica { get; set; } = replica;

        public int Since { get; set; }
    }
}
