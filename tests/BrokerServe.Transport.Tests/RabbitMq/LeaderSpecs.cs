using BrokerServe.TestBroker;
using BrokerServe.Transport.Tests.Compliance;
using static BrokerServe.Transport.Tests.RabbitMq.RabbitMqFact;

namespace BrokerServe.Transport.Tests.RabbitMq;

/// <summary>A quorum queue whose leader's node dies: who met it without a leader publishes as soon as it has another.</summary>
[Collection(nameof(Alone))]
public sealed class LeaderSpecs
{
    private readonly string _queue = TestBroker.TestBroker.Unique("spec.leader");

    [Fact]
    public async Task What_was_refused_while_a_queue_had_no_leader_is_taken_when_it_has_one_although_the_first_is_still_dead()
    {
        Assert.SkipUnless(TestCluster.CanStart, "There is no RabbitMQ server on this machine to make a cluster of (Debian: apt-get install rabbitmq-server).");
        await using var cluster = await TestCluster.StartAsync();
        var (first, second, third) = (cluster.Nodes[0], cluster.Nodes[1], cluster.Nodes[2]);
        await using (var connection = await BrokerAt(first.Uri).ConnectAsync("spec", default))
        {
            // Where it is declared it is led.
            await connection.DeclareQueueAsync(new QueueDeclaration(_queue) { Durable = true, Type = QueueType.Quorum }, default);
            var log = new ConfirmLog();
            await using var publisher = await connection.OpenPublisherAsync(new PublisherOptions(Confirms: true), log, default);
            await publisher.PublishAsync(To(_queue));
            await log.AllConfirmedAsync(1);
        }

        await first.KillAsync();
        await second.KillAsync();
        await using (var connection = await BrokerAt(third.Uri).ConnectAsync("spec", default))
        {
            var log = new ConfirmLog();
            await using var publisher = await connection.OpenPublisherAsync(new PublisherOptions(Confirms: true), log, default);
            await publisher.PublishAsync(To(_queue)); // Refused by 3.10 before anything else starts; 4.x waits for a leader.

            await second.StartAsync();
            var patience = new Patience("a confirm by two nodes of three");
            while (!log.Events.Any(what => what.StartsWith("confirmed", StringComparison.Ordinal)))
            {
                await publisher.PublishAsync(To(_queue));
                await patience.PauseAsync();
            }
        }
    }
}
