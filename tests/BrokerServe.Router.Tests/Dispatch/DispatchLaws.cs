using BrokerServe.Router.Dispatch;

namespace BrokerServe.Router.Tests.Dispatch;

/// <summary>What is true after every turn, counted by the harness itself and not taken from the dispatcher.</summary>
internal static class DispatchLaws
{
    public static void Check(DispatchHarness backend)
    {
        var dispatcher = backend.Dispatcher;
        Assert.Equal(backend.Replicas.Sum(r => r.InFlight), dispatcher.InFlight);
        Assert.All(backend.Replicas, r => Assert.True(r.AgreesWithRouter, $"{r.Name} holds something else than the router counts."));
        Assert.Equal(backend.Replicas.Sum(r => r.Credit), dispatcher.Credit);
        Assert.Equal(backend.Replicas.Count(r => r.Serves), dispatcher.Replicas);
        var waiting = backend.Caller.Count(RequestState.Waiting, shadows: false);
        Assert.Equal(waiting + backend.Caller.Count(RequestState.Aside, shadows: false), dispatcher.Queued);
        Assert.Equal(backend.Caller.Count(RequestState.Waiting, shadows: true), dispatcher.Shadows);
        Assert.Equal(backend.Caller.Count(RequestState.Held, shadows: false), dispatcher.Held);

        var waits = waiting + dispatcher.Held + dispatcher.Shadows > 0;
        Assert.False(
            waits && dispatcher.Credit > 0 && !dispatcher.StarvedOfRoom,
            "Something waits although a replica has credit and the publishing loop has room.");
    }
}
