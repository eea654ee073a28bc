using Xunit;

namespace BrokerServe.Faults.Tests;

/// <summary>Faults 1 and 2: <c>kill -9</c> of a router, a worker or a producer at each moment of a request.</summary>
public sealed class CrashPointSpecs(PrivateBroker broker)
{
    [Theory]
    [InlineData(CrashPoints.Router, "the request comes to the router")]
    [InlineData(CrashPoints.Router, "the router has sent the query")]
    [InlineData(CrashPoints.Router, "the reply comes to the router")]
    [InlineData(CrashPoints.Router, "the router has sent the answer")]
    [InlineData(CrashPoints.Router, "the broker confirms the answer")]
    [InlineData(CrashPoints.Router, "the router acknowledges the request")]
    [InlineData(CrashPoints.Worker, "the query comes to the worker")]
    [InlineData(CrashPoints.Worker, "the worker has sent the reply")]
    [InlineData(CrashPoints.Producer, "the producer has sent the request")]
    [InlineData(CrashPoints.Producer, "the broker confirms the request")]
    [InlineData(CrashPoints.Producer, "the answer comes to the producer")]
    public Task Whoever_is_killed_when_a_frame_is_on_its_way_the_call_ends_once(string whose, string point) => broker.OnSceneAsync(async scene =>
    {
        var places = scene.Places.Where(place => place.Name.StartsWith(whose, StringComparison.Ordinal)).ToArray();
        var traps = places.Select(place => place.Proxy.Trap = CrashPoints.At(point, scene.Prefix)).ToArray();

        await scene.Producer.Party.AskAsync("call");
        var caught = await Task.WhenAny(traps.Select(trap => trap.CaughtAsync()));
        await caught;
        Array.ForEach(places, place => place.Proxy.Trap = null);
        var at = Array.FindIndex(traps, trap => trap.HasCaught);

        // What was held is lost, as with a machine; what the process had sent before has arrived.
        await places[at].Party.KillAsync();
        places[at].Proxy.Cut();
        Array.ForEach(traps, trap => trap.Release());
        if (whose != CrashPoints.Producer)
        {
            await scene.Producer.Party.AskAsync("wait");
        }

        await scene.KillAndRestartAsync(places[at]);
        await scene.AuditAsync();
    });

    [Theory]
    [InlineData(CrashPoints.Router)]
    [InlineData(CrashPoints.Worker)]
    public Task A_process_that_is_killed_under_load_and_replaced_has_nothing_left_to_catch_up_with_five_seconds_later(string whose) => broker.OnSceneAsync(async scene =>
    {
        var place = scene.Places.First(place => place.Name.StartsWith(whose, StringComparison.Ordinal));
        var rate = await scene.ModestRateAsync();
        var took = 0.0;

        await scene.LoadAsync(rate, TimeSpan.FromSeconds(1), async () =>
        {
            await scene.KillAndRestartAsync(place);
            took = await scene.CaughtUpAsync(Audit.Evidence.Now, rate);
        }, TimeSpan.FromSeconds(0.5));

        await scene.AuditAsync();
        Assert.True(took <= 5_000, $"completions came up with {rate} arrivals each second {took:0} ms after the {whose} was back");
    });
}
