using System.Globalization;
using BrokerServe.Faults.Tests.Audit;
using Xunit;

namespace BrokerServe.Faults.Tests;

/// <summary>Twice as much as the replicas can do: the rest is refused sooner than work takes, and no call is lost.</summary>
/// <remarks>
/// Takes 5 s. How much the replicas still do depends on the processor time that the producer, the proxies and the broker leave them, so it is
/// printed; with <c>BROKERSERVE_TEST_OVERLOAD_SECONDS</c> of 60 or more, which is for an idle machine, it must be 95 % of what they can do, and
/// half of the refusals must take less than 50 ms.
/// </remarks>
public sealed class OverloadSpecs(PrivateBroker broker)
{
    private const int WorkMs = 20;
    private const int Limit = 8;
    private const int Replicas = 2;
    private const int Capacity = Replicas * Limit * 1_000 / WorkMs; // 800 each second.

    [Fact]
    public async Task Offered_twice_what_two_replicas_can_do_the_router_refuses_the_rest_sooner_than_work_takes()
    {
        var seconds = int.Parse(Environment.GetEnvironmentVariable("BROKERSERVE_TEST_OVERLOAD_SECONDS") ?? "4", CultureInfo.InvariantCulture);
        await using var scene = await Scene.StartAsync(broker.Node, new SceneSettings
        {
            Routers = 1,
            Workers = Replicas,
            WorkMs = WorkMs,
            Limit = Limit,
            Coalesce = true,
            Backend = new Dictionary<string, object> { ["WhenFull"] = "Reject", ["MaxQueuedQueries"] = 100 },
        });
        scene.Begin();

        var before = await OfferAsync(scene, Capacity, 2);
        var during = await OfferAsync(scene, 2 * Capacity, seconds);
        TestContext.Current.TestOutputHelper?.WriteLine($"offered {Capacity}: {before}. Offered {2 * Capacity}: {during}");

        Assert.True(during.Goodput > 0, "nothing was answered any more");
        Assert.True(during.Refusal > 0, "nothing was refused");
        Assert.True(during.Refusal <= during.Answer, $"refusals took longer than work: {during}");
        if (seconds >= 60)
        {
            Assert.True(during.Goodput >= 0.95 * Capacity, $"{during}");
            Assert.True(during.Refusal < 50, $"{during}");
        }

        await scene.AuditAsync("overloaded");
    }

    private static async Task<Period> OfferAsync(Scene scene, int rate, int seconds)
    {
        var from = 0.0;
        await scene.LoadAsync(rate, TimeSpan.FromSeconds(0.5), () =>
        {
            from = Evidence.Now;
            return Task.CompletedTask;
        }, TimeSpan.FromSeconds(seconds));
        var evidence = scene.ReadEvidence();
        var ends = evidence.Ends.SelectMany(ends => ends).Where(end => end.T >= from && end.T < from + (seconds * 1_000))
            .ToLookup(end => end.Code, end => end.T - evidence.Calls[end.Id].T);
        return new Period(ends["ok"].Count() / (double)seconds, Median(ends["ok"]), Median(ends["overloaded"]));
    }

    private static double Median(IEnumerable<double> times)
    {
        var sorted = times.Order().ToArray();
        return sorted.Length == 0 ? 0 : sorted[sorted.Length / 2];
    }

    private sealed record Period(double Goodput, double Answer, double Refusal)
    {
        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture, $"{Goodput:0} answered each second, in {Answer:0.0} ms at the median, refused in {Refusal:0.0} ms");
    }
}
