using System.Globalization;
using BrokerServe.TestBroker;
using Xunit;

namespace BrokerServe.Faults.Tests;

/// <summary>A cluster of three nodes with quorum queues, of which one is killed under load, the one that leads, and comes back.</summary>
public sealed class ClusterSpecs(ITestOutputHelper output)
{
    private const int Rate = 200;

    [Fact]
    public async Task A_node_of_three_that_is_killed_under_load_and_comes_back_costs_no_call_that_others_had()
    {
        Assert.SkipUnless(TestCluster.CanStart, "There is no RabbitMQ server on this machine to make a cluster of (Debian: apt-get install rabbitmq-server).");
        await using var cluster = await TestCluster.StartAsync();
        await using var scene = await Scene.StartAsync(cluster.Nodes[0], new SceneSettings { QueueType = "Quorum", ClusterUri = cluster.Uri });
        scene.Begin();

        var leader = await LeaderAsync(scene, cluster);
        scene.Broker = cluster.Nodes.First(node => node != leader);
        var took = 0.0;
        await scene.LoadAsync(Rate, TimeSpan.FromSeconds(1), async () =>
        {
            await leader.KillAsync();
            var killed = scene.Mark();
            await Patience.UntilAsync(
                () => scene.ReadEvidence(killed).Ends.SelectMany(ends => ends).Count(end => end.Code == "ok") > Rate, () => $"two nodes of three carry on.\n{scene.Said}");
            await leader.StartAsync();
            await Patience.UntilAsync(async () => await CountOnlineAsync(scene) == 3, () => "three members of the queue are online");
            took = await scene.CaughtUpAsync(Audit.Evidence.Now, Rate);
        }, TimeSpan.FromSeconds(1));

        // Overloaded: until the queue has another leader the broker may refuse.
        var ends = await scene.AuditAsync("unavailable", "outcome_unknown", "overloaded");
        output.WriteLine($"{string.Join(", ", ends.Select(end => $"{end.Value} {end.Key}"))}");
        Assert.True(took <= 15_000, $"completions came up with arrivals {took:0} ms after the node was back");
    }

    private static string QueueOf(Scene scene) =>
        $"{{ok, Q}} = rabbit_amqqueue:lookup(rabbit_misc:r(<<\"/\">>, queue, <<\"{scene.Prefix}.endpoint.{Scene.Endpoint}\">>)), ";

    private static async Task<TestBroker.TestBroker> LeaderAsync(Scene scene, TestCluster cluster)
    {
        var said = await scene.Broker.EvaluateAsync(QueueOf(scene) + "element(2, amqqueue:get_pid(Q)).");
        return cluster.Nodes.Single(node => said.Contains($"-{new Uri(node.Uri).Port.ToString(CultureInfo.InvariantCulture)}@", StringComparison.Ordinal));
    }

    private static async Task<int> CountOnlineAsync(Scene scene)
    {
        var said = await scene.Broker.EvaluateAsync(QueueOf(scene) + "[{online, N}] = rabbit_amqqueue:info(Q, [online]), length(N).");
        return int.Parse(string.Concat(said.Where(char.IsAsciiDigit)), CultureInfo.InvariantCulture);
    }
}
