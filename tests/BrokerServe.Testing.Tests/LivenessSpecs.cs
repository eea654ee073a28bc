using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Transport;
using BrokerServe.Worker;
using Xunit;

namespace BrokerServe.Testing.Tests;

/// <summary>How long it takes, by a clock that only the test moves, until a silent replica is given up and its queries are elsewhere.</summary>
public sealed class LivenessSpecs : IDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    private readonly string _backend = $"b{Guid.NewGuid():N}"; // Counters are the process's.
    private readonly ConcurrentQueue<DateTimeOffset> _taken = new();
    private readonly MeterListener _meters = new();
    private long _lost;

    public LivenessSpecs()
    {
        _meters.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Name == "brokerserve.router.replicas.lost")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _meters.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            foreach (var tag in tags)
            {
                _lost += Equals(tag.Value, _backend) ? value : 0;
            }
        });
        _meters.Start();
    }

    public void Dispose() => _meters.Dispose();

    [Fact]
    public async Task Queries_of_a_silent_replica_are_on_their_way_to_another_within_100_ms_of_the_router_knowing()
    {
        const int Calls = 64;
        await using var serve = await BrokerServeTestHost.StartAsync(test => test
            .AddEndpoint("work", _backend)
            .AddWorker(_backend, Worker(Calls, Timeout.InfiniteTimeSpan)));
        var calls = Enumerable.Range(0, Calls).Select(i => serve.Client.InvokeAsync<int, int>("work", i).AsTask()).ToArray();
        await serve.SettleAsync();
        Assert.Equal(Calls, _taken.Count);
        _taken.Clear();

        var first = serve.Worker(_backend);
        await serve.StartWorkerAsync(_backend, Worker(Calls, TimeSpan.Zero, serve));
        await first.KillAsync();
        var killed = serve.Time.GetUtcNow();
        while (Lost() == 0)
        {
            Assert.True(serve.Time.GetUtcNow() - killed < TimeSpan.FromSeconds(4), "A silent replica is still believed in after 4 s.");
            await serve.AdvanceAsync(Step);
        }

        var known = serve.Time.GetUtcNow() - Step; // At the earliest.
        Assert.True(known - killed >= TimeSpan.FromSeconds(2) - Step, "Two heartbeats of the three in a lease may be lost.");
        await serve.AdvanceAsync(TimeSpan.FromMilliseconds(100) - Step);
        Assert.Equal(Calls, _taken.Count);
        Assert.All(_taken, taken => Assert.InRange((taken - known).TotalMilliseconds, 0, 100));
        Assert.Equal(Enumerable.Range(0, Calls), await Soon.EndsAsync(Task.WhenAll(calls)));
    }

    [Fact]
    public async Task A_replica_says_each_second_that_it_lives_and_is_believed_for_three()
    {
        await using var serve = await BrokerServeTestHost.StartAsync(test => test
            .AddEndpoint("work", _backend)
            .AddWorker(_backend, Worker(1, TimeSpan.Zero)));
        await using var connection = await serve.Broker.ConnectAsync("ear", CancellationToken.None);
        await connection.DeclareQueueAsync(new QueueDeclaration("ear") { Exclusive = true }, CancellationToken.None);
        await connection.BindAsync("ear", new ObjectNames().Replicas, "", CancellationToken.None);
        var consumer = await connection.OpenConsumerAsync(new ConsumerOptions("ear", 100), CancellationToken.None);
        var ear = new Ear(serve);
        await consumer.StartAsync(ear, CancellationToken.None);

        await serve.AdvanceAsync(TimeSpan.FromSeconds(10));

        Assert.Equal(10, ear.Heard.Count);
        Assert.All(ear.Heard, heard => Assert.Equal(3_000, heard.LeaseMs));
        Assert.All(ear.Heard.Zip(ear.Heard.Skip(1)), pair => Assert.Equal(1_000, (pair.Second.At - pair.First.At).TotalMilliseconds));
        Assert.Equal(0, Lost());
    }

    private long Lost()
    {
        _lost = 0;
        _meters.RecordObservableInstruments();
        return _lost;
    }

    private Action<BrokerServeWorkerOptions> Worker(int limit, TimeSpan pause, BrokerServeTestHost? serve = null) => worker =>
    {
        worker.MaxConcurrentQueries = limit;
        worker.Handle<int, int>(async (number, _, cancellation) =>
        {
            _taken.Enqueue(serve?.Time.GetUtcNow() ?? default);
            if (pause != TimeSpan.Zero)
            {
                await Task.Delay(pause, cancellation);
            }

            return number;
        });
    };

    /// <summary>Hears what replicas announce, and notes when.</summary>
    private sealed class Ear(BrokerServeTestHost serve) : IDeliveryHandler
    {
        public ConcurrentQueue<(DateTimeOffset At, int LeaseMs)> Heard { get; } = new();

        public void OnDelivery(in Delivery delivery)
        {
            Assert.True(ReplicaAnnouncement.TryDecode(delivery.Body, out var announcement), "An announcement cannot be read.");
            Heard.Enqueue((serve.Time.GetUtcNow(), announcement.LeaseMs));
        }
    }
}
