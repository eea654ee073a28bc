using BrokerServe.RabbitMq;
using BrokerServe.Router.Configuration;
using BrokerServe.Transport;
using Xunit;

namespace BrokerServe.EndToEnd.Tests;

/// <summary>What a whole system leaves at RabbitMQ: nothing that later versions refuse.</summary>
public sealed class LineTraceSpecs : EndToEndSpecs
{
    private TestBroker.TestBroker? _broker;

    protected override async Task<Func<IBroker>> GetBrokerAsync()
    {
        _broker = await TestBroker.TestBroker.GetAsync();
        return () => new RabbitMqBroker(new RabbitMqOptions { Uri = _broker.Uri });
    }

    [Fact]
    public async Task A_system_has_no_transient_shared_queue_no_prefetch_per_channel_and_uses_no_deprecated_feature()
    {
        await System.StartRouterAsync(options =>
        {
            Serving("greet", "v1")(options);
            options.Endpoints["safe"] = new EndpointConfig
            {
                Traffic = new Dictionary<string, double> { ["v1"] = 1 },
                QueueType = BrokerServe.Transport.QueueType.Quorum,
            };
        });
        await System.StartWorkerAsync("v1", worker => worker.Handle<int, int>(number => number));
        var client = await System.StartClientAsync();
        Assert.Equal(1, await client.InvokeAsync<int, int>("greet", 1).AsTask().WaitAsync(ServingSystem.Patience));
        Assert.Equal(2, await client.InvokeAsync<int, int>("safe", 2).AsTask().WaitAsync(ServingSystem.Patience));

        var queues = (await ListAsync("list_queues", "name", "durable", "exclusive")).Where(queue => queue[0].StartsWith(System.Prefix, StringComparison.Ordinal)).ToArray();
        Assert.True(queues.Length >= 4, $"There are only {queues.Length} queues of the system.");
        Assert.All(queues, queue => Assert.True(queue[1] == "true" || queue[2] == "true", $"{queue[0]} is transient and shared."));

        // 3.x can list the prefetch of channels, and 4.x what it counts as deprecated.
        if (_broker!.Version.Major == 3)
        {
            var channels = await ListAsync("list_channels", "name", "global_prefetch_count");
            Assert.NotEmpty(channels);
            Assert.All(channels, channel => Assert.Equal("0", channel[1]));
        }
        else
        {
            Assert.Equal([], (await ListAsync("list_deprecated_features", "--used", "name")).Select(feature => feature[0]));
        }
    }

    private async Task<string[][]> ListAsync(params string[] command) =>
    [
        .. (await _broker!.RabbitmqctlAsync(["--silent", .. command]))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(line => line.Split('\t')),
    ];
}
