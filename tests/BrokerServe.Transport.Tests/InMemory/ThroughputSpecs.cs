using System.Diagnostics;
using BrokerServe.Transport.InMemory;
using BrokerServe.Transport.Supervision;
using BrokerServe.Transport.Tests.Compliance;

namespace BrokerServe.Transport.Tests.InMemory;

/// <summary>What one queue costs. How fast it is goes to the output, in Release: <c>-class '*ThroughputSpecs' -showliveoutput</c>.</summary>
[Collection(nameof(Alone))]
public sealed class ThroughputSpecs(ITestOutputHelper output)
{
    private const int WarmUp = 300_000;
    private const int Messages = 1_000_000;

    // Nothing is allocated per message; what there is comes from waits for memory, one per some hundred messages.
    private const double BytesPerMessage = 4;

    [Theory]
    [InlineData(false, 64)]
    [InlineData(true, 64)]
    [InlineData(false, 1024)]
    public async Task A_message_that_flows_allocates_next_to_nothing(bool confirms, int bodyBytes)
    {
        // A backlog of about 10,000: the memory's bound is what holds the publisher back.
        await using var broker = new InMemoryBroker(new InMemoryBrokerOptions { MaxBytes = 8 * 1024 * 1024 });
        var connection = await broker.ConnectAsync("throughput", default);
        await connection.DeclareQueueAsync(new QueueDeclaration("queue") { Durable = true }, default);
        var consumer = await connection.OpenConsumerAsync(new ConsumerOptions("queue", 1_000), default);
        await using var settler = new Settler(consumer, 1_000);
        var counter = new Counter(settler);
        await consumer.StartAsync(counter, default);
        var publisher = await connection.OpenPublisherAsync(new PublisherOptions(confirms), new Deaf(), default);
        var message = new OutboundMessage("", "queue", false, new MessageProperties { CorrelationId = "c" }, new byte[bodyBytes]);

        await RunAsync(WarmUp);
        GC.Collect();
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var cpu = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        await RunAsync(Messages);
        var elapsed = clock.Elapsed;
        var bytes = (GC.GetTotalAllocatedBytes(precise: true) - allocated) / (double)Messages;
        output.WriteLine(
            $"confirms {confirms}, {bodyBytes} bytes: {Messages / elapsed.TotalSeconds:N0} messages/s, "
            + $"{(Environment.CpuUsage.TotalTime - cpu).TotalNanoseconds / Messages:N0} ns of CPU and "
            + $"{bytes:N2} bytes per message");
        Assert.InRange(bytes, 0, BytesPerMessage);

        async Task RunAsync(int count)
        {
            var done = counter.Expect(count);
            for (var i = 0; i < count; i++)
            {
                await publisher.PublishAsync(message);
            }

            await Patience.ForAsync(done, "the arrival of the last message");
        }
    }

    private sealed class Counter(Settler settler) : IDeliveryHandler
    {
        private TaskCompletionSource _done = new();
        private int _left;

        public Task Expect(int count)
        {
            _done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Volatile.Write(ref _left, count);
            return _done.Task;
        }

        public void OnDelivery(in Delivery delivery)
        {
            settler.Settle(delivery.Tag);
            if (--_left == 0)
            {
                _done.SetResult();
            }
        }
    }

    private sealed class Deaf : IPublisherEvents
    {
        public void OnConfirmed(ulong sequence, bool multiple)
        {
        }

        public void OnRefused(ulong sequence, bool multiple)
        {
        }

        public void OnReturned(in ReturnedMessage message)
        {
        }
    }
}
