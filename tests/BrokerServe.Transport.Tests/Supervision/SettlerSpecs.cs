using System.Collections.Concurrent;
using BrokerServe.Transport.Supervision;
using BrokerServe.Transport.Tests.Compliance;

namespace BrokerServe.Transport.Tests.Supervision;

public sealed class SettlerSpecs
{
    [Fact]
    public async Task What_is_said_while_an_ack_is_on_its_way_goes_with_the_next_one()
    {
        var consumer = new SlowConsumer();
        await using var settler = new Settler(consumer, prefetch: 100);
        settler.Settle(1);
        var (words, arrival) = await consumer.NextAsync();
        Assert.Equal("ack 1", words);

        for (var tag = 100UL; tag > 1; tag--)
        {
            settler.Settle(tag);
        }

        arrival.SetResult();
        Assert.Equal("ack ..100", await consumer.ArrivesAsync());
    }

    [Fact]
    public async Task An_ack_above_a_gap_is_sent_although_nothing_else_happens()
    {
        var consumer = new SlowConsumer();
        await using var settler = new Settler(consumer, prefetch: 2);
        settler.Settle(2);
        Assert.Equal("ack 2", await consumer.ArrivesAsync());
    }

    [Fact]
    public async Task A_requeue_is_sent_before_the_ack_that_reaches_over_it()
    {
        var consumer = new SlowConsumer();
        await using var settler = new Settler(consumer, prefetch: 10);
        settler.Settle(1);
        var (_, arrival) = await consumer.NextAsync();
        settler.Settle(4);
        settler.Requeue(3);
        settler.Settle(2);

        arrival.SetResult();
        Assert.Equal("requeue 3", await consumer.ArrivesAsync());
        Assert.Equal("ack ..4", await consumer.ArrivesAsync());
    }

    [Fact]
    public async Task Disposing_hands_over_everything_that_was_said()
    {
        var broker = new BrokerModel(prefetch: 50);
        var settler = new Settler(broker, prefetch: 50);
        while (broker.TryDeliver(out var tag))
        {
            broker.Expect(tag, requeue: tag % 7 == 0);
            if (tag % 7 == 0)
            {
                settler.Requeue(tag);
            }
            else if (tag != 20)
            {
                settler.Settle(tag);
            }
        }

        await settler.DisposeAsync();
        Assert.Empty(broker.Complaints);
        Assert.Equal(1, broker.Unsettled);
        await settler.DisposeAsync();
    }

    [Fact]
    public async Task A_channel_that_is_gone_stops_nobody()
    {
        var consumer = new SlowConsumer();
        var settler = new Settler(consumer, prefetch: 10);
        settler.Settle(1);
        var (_, arrival) = await consumer.NextAsync();
        arrival.SetException(new BrokerException(BrokerFault.Unreachable, "gone"));
        settler.Settle(2);
        Assert.Equal("ack 2", await consumer.ArrivesAsync());
        await settler.DisposeAsync();
    }

    [Fact]
    public async Task Settling_more_than_can_be_unsettled_is_a_bug_and_says_so()
    {
        var consumer = new SlowConsumer();
        var settler = new Settler(consumer, prefetch: 2);
        settler.Settle(1);
        var (_, arrival) = await consumer.NextAsync();

        // Nothing is taken while the first ack is on its way.
        settler.Settle(2);
        settler.Settle(2);
        Assert.Throws<InvalidOperationException>(() => settler.Settle(2));
        arrival.SetResult();
        Assert.Equal("ack 2", await consumer.ArrivesAsync());
        await settler.DisposeAsync();
    }

    [Fact]
    public async Task Acks_that_are_said_within_a_moment_travel_together()
    {
        const int Deliveries = 10_000;
        var consumer = new QuietConsumer();
        await using (var settler = new Settler(consumer, prefetch: Deliveries))
        {
            for (var tag = 1; tag <= Deliveries; tag++)
            {
                settler.Settle((ulong)tag);
            }
        }

        // One for each 256 at best; the loop may be late, or the timer early, but seldom for each of them.
        Assert.InRange(consumer.Acks, 1, Deliveries / 10);
    }

    [Fact]
    public async Task Settling_allocates_nothing()
    {
        const int Rounds = 20_000;
        var broker = new QuietConsumer();
        await using var settler = new Settler(broker, prefetch: Rounds * 2);
        SettleAll(1, Rounds);
        var before = GC.GetAllocatedBytesForCurrentThread();
        SettleAll(Rounds + 1, Rounds * 2);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void SettleAll(int from, int to)
        {
            for (var tag = from; tag <= to; tag++)
            {
                settler.Settle((ulong)tag);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(64)]
    [InlineData(1000)]
    public async Task Many_threads_settle_every_delivery_exactly_once(int prefetch)
    {
        var deliveries = Math.Min(40_000, prefetch * 2_000);
        var broker = new BrokerModel(prefetch);
        var held = new ConcurrentBag<ulong>();
        var settled = 0;
        await using (var settler = new Settler(broker, prefetch))
        {
            await Task.WhenAll(Enumerable.Range(0, 4).Select(seed => Task.Run(async () =>
            {
                var random = new Random(seed);
                var patience = new Patience("the settlement of every delivery");
                while (Volatile.Read(ref settled) < deliveries)
                {
                    if (broker.TryDeliver(out var delivered))
                    {
                        held.Add(delivered);
                    }
                    else if (held.IsEmpty)
                    {
                        await patience.YieldAsync();
                    }

                    if (random.Next(4) > 0 && held.TryTake(out var tag))
                    {
                        var requeue = random.Next(10) == 0;
                        broker.Expect(tag, requeue);
                        if (requeue)
                        {
                            settler.Requeue(tag);
                        }
                        else
                        {
                            settler.Settle(tag);
                        }

                        Interlocked.Increment(ref settled);
                    }
                }
            })));
        }

        Assert.Empty(broker.Complaints);
        Assert.Equal(held.Count, broker.Unsettled);
    }
}
