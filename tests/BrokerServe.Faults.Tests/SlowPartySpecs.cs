using Xunit;

namespace BrokerServe.Faults.Tests;

/// <summary>Fault 16: a worker a hundred times slower than the others, and a producer that does not read what it is answered.</summary>
public sealed class SlowPartySpecs(PrivateBroker broker)
{
    private const int Rate = 200;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public Task A_worker_a_hundred_times_slower_gets_what_it_has_credit_for_and_holds_nobody_up() => broker.OnSceneAsync(async scene =>
    {
        const int SlowMs = 500;
        const int Limit = 4;
        var begun = Audit.Evidence.Now;
        await using (var slow = await scene.InviteAsync("worker", $"work={SlowMs}", $"limit={Limit}"))
        {
            await scene.LoadAsync(Rate, Second / 2, () => Patience.UntilAsync(
                () => SlowRuns(scene).Count() > 2 * Limit, () => "the slow worker gets more queries when it has answered some"), Second / 2);
            await slow.Party.EndAsync();
        }

        var took = Audit.Evidence.Now - begun;
        await scene.AuditAsync();
        var evidence = scene.ReadEvidence();
        var slowly = SlowRuns(scene).ToHashSet();
        Assert.True(slowly.Count <= Limit * ((took / SlowMs) + 1), $"the slow worker got {slowly.Count} queries in {took:0} ms");

        // Held up, the others would do as little as it does: each of them does 25 times as much, as far as the machine lets them.
        Assert.True(slowly.Count <= 0.2 * evidence.Calls.Count, $"the slow worker got {slowly.Count} of {evidence.Calls.Count} queries");

        IEnumerable<long> SlowRuns(Scene of)
        {
            var all = of.ReadEvidence();
            return all.Ran.Where(runs => runs.Any(run => all.Begun[runs.Key].Any(b => b.Replica == run.Replica && run.T - b.T >= SlowMs - 1))).Select(runs => runs.Key);
        }
    });

    [Fact]
    public Task A_producer_that_does_not_read_its_answers_holds_up_no_other() => broker.OnSceneAsync(async scene =>
    {
        const long First = 1_000_000_000;
        await using (var deaf = await scene.InviteAsync("producer", $"first={First}"))
        {
            await deaf.Party.AskAsync("call");
            await deaf.Party.AskAsync("wait"); // Connected, and in use.
            var mark = scene.Mark();
            deaf.Proxy.Weather[false] = new Network.Weather(TimeSpan.FromSeconds(60));
            for (var n = 0; n < 50; n++)
            {
                await deaf.Party.AskAsync("call");
            }

            await scene.LoadAsync(Rate, TimeSpan.Zero, () => Patience.UntilAsync(
                () => scene.ReadEvidence(mark).Ran.Any(runs => runs.Key > First), () => "calls of the deaf producer have run"), Second);
            Assert.DoesNotContain(scene.ReadEvidence(mark).Ends, ends => ends.Key > First && ends.Any(end => end.Code == "ok"));
            deaf.Proxy.Weather[false] = Network.Weather.Fair;
            deaf.Proxy.Cut();
            await deaf.Party.AskAsync("wait");
        }

        await scene.AuditAsync("unavailable", "outcome_unknown");
        Assert.All(scene.ReadEvidence().Ends.Where(ends => ends.Key < First), ends => Assert.Equal("ok", ends.Single().Code));
    });
}
