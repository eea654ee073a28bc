using BrokerServe.Client;
using BrokerServe.Host.Measuring;

namespace BrokerServe.Host.Tests;

/// <summary>Callers of load and demo.</summary>
public sealed class CallersSpecs
{
    [Fact]
    public async Task A_run_that_is_stopped_gives_up_what_does_not_end_by_itself()
    {
        await using var system = await TrialSystem.StartAsync("sleep:60000");
        await using var client = await BrokerServeClient.ConnectAsync(system.Broker);
        var callers = new Callers(client, "greet", default, new InvokeOptions { Timeout = TimeSpan.FromMinutes(5) }, TimeProvider.System);
        using var stopping = new CancellationTokenSource();

        var running = callers.RunAsync(3, new ClosedPace(TimeProvider.System, TimeSpan.FromMinutes(5)), stopping.Token);
        await stopping.CancelAsync();
        await Within.ReasonAsync(WrapAsync(running), "the run ended");

        Assert.Equal([("cancelled", 3L)], callers.Recorder.Read().Errors.Select(error => (error.Key, error.Value)));
        Assert.Equal(3, callers.Started);
    }

    private static async Task<bool> WrapAsync(Task task)
    {
        await task;
        return true;
    }
}
