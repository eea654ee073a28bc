using BrokerServe.Host.Conformance;
using BrokerServe.Host.Conformance.Worker;
using BrokerServe.Transport.InMemory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace BrokerServe.Host.Tests.Conformance;

/// <summary>The worker of this repository keeps what PROTOCOL.md says.</summary>
public sealed class OwnWorkerSpecs
{
    [Theory]
    [InlineData(3, 0)]
    [InlineData(3, 2)]
    [InlineData(1, 2)]
    public async Task Our_own_worker_passes_everything_that_can_be_seen(int limit, int ahead)
    {
        using var broker = new InMemoryBroker();
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddLogging();
        builder.Services.AddBrokerServeWorker("greet-v1", worker =>
        {
            worker.MaxConcurrentQueries = limit;
            worker.QueriesAhead = ahead;
            worker.Handle<Dictionary<string, string>, string>(person => $"Hello, {person["name"]}!");
            worker.Handle<Dictionary<string, string>, string>("fail", string (_) => throw new InvalidOperationException("It is broken."));
            worker.Handle<double, string>("sleep", async Task<string> (seconds, _, cancellation) =>
            {
                await Task.Delay(TimeSpan.FromSeconds(seconds), cancellation);
                return "";
            });
        }).UseBroker(broker);
        using var host = builder.Build();
        await host.StartAsync();
        var ordinary = WorkerTrial.Settings("greet-v1");

        var findings = await Within.ReasonAsync(
            WorkerTrial.RunAsync(
                broker,
                ordinary with
                {
                    Failing = TrialCall.Parse("", "fail", ordinary.Ordinary),
                    Slow = TrialCall.Parse("", "sleep=0.5", ordinary.Ordinary),
                    ExpectsDrain = true,
                },
                () => host.StopAsync()),
            "the run ended");

        // No handler runs for longer than the lease of 3 s, and what runs one query cannot be made to run fewer, whatever waits there.
        string[] unseen = limit == 1 ? ["configure", "heartbeat-busy"] : ["heartbeat-busy"];
        Assert.Equal(unseen, WorkerTrial.Names(findings, Verdict.NotObserved).Order());
        Assert.Equal([], findings.Where(finding => finding.Outcome.Verdict is Verdict.Failed or Verdict.Broken).Select(finding => WorkerTrial.Print([finding])));
    }
}
