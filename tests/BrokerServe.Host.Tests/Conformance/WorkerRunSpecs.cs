using BrokerServe.Host.Conformance;
using BrokerServe.Host.Conformance.Worker;
using BrokerServe.Host.Tests.Conformance.Suspects;
using BrokerServe.Transport.InMemory;

namespace BrokerServe.Host.Tests.Conformance;

/// <summary>Runs of the kit for workers as a whole.</summary>
public sealed class WorkerRunSpecs
{
    [Fact]
    public async Task An_RPC_server_is_found_by_its_queue_and_passes_what_is_asked_of_it()
    {
        using var broker = new InMemoryBroker();
        await using var server = new RpcServer(broker, Fault.None);
        await server.StartAsync();

        var findings = await RunAsync(broker, WorkerTrial.Settings(RpcServer.Queue));

        Assert.Equal(["answers", "ticket", "reply-to", "later-version", "metadata", "once"], WorkerTrial.Names(findings, Verdict.Passed));
        Assert.Equal(6, findings.Count);
    }

    [Fact]
    public async Task An_RPC_server_that_drops_correlation_ids_is_told_so()
    {
        using var broker = new InMemoryBroker();
        await using var server = new RpcServer(broker, Fault.DropsCorrelationIds);
        await server.StartAsync();

        var findings = await RunAsync(broker, WorkerTrial.Settings(RpcServer.Queue));

        Assert.Equal(["answers"], WorkerTrial.Names(findings, Verdict.Failed));
        Assert.Contains("without a correlation id", findings[0].Outcome.Says, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_nobody_comes_that_fails_and_nothing_else_was_observed()
    {
        using var broker = new InMemoryBroker();

        var findings = await RunAsync(broker, WorkerTrial.Settings("greet-v1") with { Timeout = TimeSpan.FromMilliseconds(100) });

        Assert.Equal(["announcement"], WorkerTrial.Names(findings, Verdict.Failed));
        Assert.Equal(findings.Count - 1, WorkerTrial.Names(findings, Verdict.NotObserved).Length);
    }

    [Fact]
    public async Task An_announcement_that_no_router_can_read_is_explained()
    {
        using var broker = new InMemoryBroker();
        await using var suspect = new PlainSuspect(broker, Fault.AnnouncesAFloat);
        var starting = Task.Run(suspect.StartAsync);

        var findings = await RunAsync(broker, WorkerTrial.Settings(Suspect.Backend) with { Timeout = TimeSpan.FromSeconds(3) });

        await starting;
        Assert.Contains("'version' is a float, and must be an integer of 1 or more.", findings[0].Outcome.Says, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_refuses_to_run_beside_a_router()
    {
        await using var system = await TrialSystem.StartAsync("echo");
        await system.WarmUpAsync();

        var refusal = await Assert.ThrowsAsync<UsageException>(() => RunAsync(system.Broker, WorkerTrial.Settings("greet-v1")));

        Assert.Contains("--prefix", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_stops_when_a_router_comes()
    {
        using var broker = new InMemoryBroker();
        await using var suspect = new PlainSuspect(broker, Fault.None);
        var starting = Task.Run(suspect.StartAsync);

        // The suspect is never stopped, so the run waits for its draining; the router comes then.
        TrialSystem? system = null;
        var findings = await Within.ReasonAsync(
            WorkerTrial.RunAsync(
                broker,
                WorkerTrial.OfSuspect with { Timeout = TimeSpan.FromMinutes(5) },
                async () => system = await TrialSystem.StartAsync("echo", broker)),
            "the run ended");

        await starting;
        Assert.Contains("A router came", findings.Single(finding => finding.Check.Name == "draining").Outcome.Says, StringComparison.Ordinal);
        await system!.DisposeAsync();
    }

    private static Task<IReadOnlyList<Finding>> RunAsync(InMemoryBroker broker, WorkerSettings settings) =>
        Within.ReasonAsync(WorkerTrial.RunAsync(broker, settings), "the run ended");
}
