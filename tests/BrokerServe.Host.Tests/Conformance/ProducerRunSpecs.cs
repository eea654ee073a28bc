using BrokerServe.Client;
using BrokerServe.Host.Conformance;
using BrokerServe.Host.Tests.Conformance.Suspects;
using BrokerServe.Protocol;
using BrokerServe.Transport;
using BrokerServe.Transport.InMemory;

namespace BrokerServe.Host.Tests.Conformance;

/// <summary>Runs of the kit for producers as a whole.</summary>
public sealed class ProducerRunSpecs
{
    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    public async Task Our_own_client_passes_everything(int beside)
    {
        using var broker = new InMemoryBroker();
        using var ending = new CancellationTokenSource();
        var calling = Task.Run(() => CallAsync(broker, beside, ending.Token));

        var findings = await ProducerTrial.RunAsync(broker, ProducerTrial.Settings with { Requests = 40 * beside });

        await ending.CancelAsync();
        await calling;
        var mayMiss = new List<string> { "cancel", "trace-context" };
        if (beside == 1)
        {
            mayMiss.AddRange(["frame", "frame-asked", "frame-properties", "frame-company"]);
        }

        Assert.Equal(
            [],
            findings.Where(finding => finding.Outcome.Verdict != Verdict.Passed && !(finding.Outcome.Verdict == Verdict.NotObserved && mayMiss.Contains(finding.Check.Name)))
                .Select(finding => WorkerTrial.Print([finding]))
                .ToArray());
    }

    [Fact]
    public async Task When_no_request_comes_that_fails_and_nothing_else_was_observed()
    {
        using var broker = new InMemoryBroker();

        var findings = await ProducerTrial.RunAsync(broker, ProducerTrial.Settings with { Timeout = TimeSpan.FromMilliseconds(100) });

        Assert.Equal(["requests"], WorkerTrial.Names(findings, Verdict.Failed));
        Assert.Equal(findings.Count - 1, WorkerTrial.Names(findings, Verdict.NotObserved).Length);
    }

    [Fact]
    public async Task Requests_to_another_endpoint_are_named()
    {
        var findings = await ProducerTrial.RunAsync(ProducerFault.CallsAnotherEndpoint);

        Assert.Contains("'gret'", findings[0].Outcome.Says, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_refuses_to_run_beside_a_router()
    {
        await using var system = await TrialSystem.StartAsync("echo");
        await system.WarmUpAsync();

        await Assert.ThrowsAsync<UsageException>(() => ProducerTrial.RunAsync(system.Broker, ProducerTrial.Settings));
    }

    [Fact]
    public async Task It_refuses_to_answer_requests_that_wait_for_a_router_that_is_away()
    {
        using var broker = new InMemoryBroker();
        await using var connection = await broker.ConnectAsync("router", default);
        var queue = new ObjectNames().EndpointQueue(ProducerSuspect.Endpoint);
        await connection.DeclareQueueAsync(new QueueDeclaration(queue) { Durable = true }, default);
        await using var publisher = await connection.OpenPublisherAsync(new PublisherOptions(Confirms: false), null, default);
        await publisher.PublishAsync(new OutboundMessage("", queue, Mandatory: false, default, default));

        var refusal = await Assert.ThrowsAsync<UsageException>(() => ProducerTrial.RunAsync(broker, ProducerTrial.Settings));

        Assert.Contains("1 requests wait in it", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(1, (await connection.InspectQueueAsync(queue, default))!.Ready);
    }

    private static async Task CallAsync(IBroker broker, int beside, CancellationToken ending)
    {
        var names = new ObjectNames();
        await using (var connection = await broker.ConnectAsync("look", default))
        {
            while (await connection.InspectQueueAsync(names.Unroutable, default) is not { Consumers: > 0 })
            {
                await Task.Delay(5, default(CancellationToken));
            }
        }

        await using var client = await BrokerServeClient.ConnectAsync(broker);
        var options = new InvokeOptions
        {
            Timeout = TimeSpan.FromSeconds(1), ShardKey = "u42", Priority = 3, Metadata = new Dictionary<string, string> { ["user"] = "Zoë" },
        };
        await Task.WhenAll(Enumerable.Range(0, beside).Select(async caller =>
        {
            for (var number = 0; !ending.IsCancellationRequested; number++)
            {
                try
                {
                    await client.InvokeRawAsync(ProducerSuspect.Endpoint, BitConverter.GetBytes(((long)caller << 32) + number), options, ending);
                }
                catch (BrokerServeException)
                {
                    // The kit lets calls fail.
                }
                catch (OperationCanceledException)
                {
                    // The run is over.
                }
            }
        }));
    }
}
