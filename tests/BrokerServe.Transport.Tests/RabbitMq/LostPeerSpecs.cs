using System.Diagnostics;
using BrokerServe.RabbitMq;
using BrokerServe.TestBroker;
using BrokerServe.Transport.Tests.Compliance;
using static BrokerServe.Transport.Tests.RabbitMq.RabbitMqFact;

namespace BrokerServe.Transport.Tests.RabbitMq;

/// <summary>A peer that is gone without a word, as behind a broken network: nothing waits for it for ever.</summary>
public sealed class LostPeerSpecs : IAsyncLifetime
{
    private TcpProxy? _proxy;

    public async ValueTask InitializeAsync() => _proxy = new TcpProxy((await TestBroker.TestBroker.GetAsync()).Uri);

    public ValueTask DisposeAsync() => _proxy!.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Publishing_ends_when_the_peer_reads_no_more(bool confirms)
    {
        await using var broker = BrokerAt(_proxy!.Uri, operationTimeout: TimeSpan.FromSeconds(1));
        await using var connection = await broker.ConnectAsync("spec", default);
        var (queue, _, _) = await InboxAsync(connection);
        var publisher = await connection.OpenPublisherAsync(new PublisherOptions(confirms), null, default);
        _proxy.Freeze();

        var exception = await Patience.ForAsync(FloodAsync(publisher, queue), "the end of publishing");
        Assert.Equal(BrokerFault.TimedOut, exception.Fault);
        await Patience.ForAsync(connection.Closed, "the end of the connection");
        Assert.Same(exception, connection.CloseReason);
        Assert.True(publisher.Closed.IsCancellationRequested);
    }

    [Fact]
    public async Task Heartbeats_that_stay_away_end_the_connection_and_the_publishing_on_it()
    {
        // Publishing alone would wait a minute.
        await using var broker = new RabbitMqBroker(new RabbitMqOptions
        {
            Uri = _proxy!.Uri,
            Heartbeat = TimeSpan.FromSeconds(1),
            OperationTimeout = TimeSpan.FromMinutes(1),
        });
        await using var connection = await broker.ConnectAsync("spec", default);
        var (queue, consumer, _) = await InboxAsync(connection);
        var publisher = await connection.OpenPublisherAsync(new PublisherOptions(Confirms: false), null, default);
        _proxy.Freeze();

        var exception = await Patience.ForAsync(FloodAsync(publisher, queue), "the end of publishing");
        Assert.Equal(BrokerFault.Unreachable, exception.Fault);
        Assert.Contains("Heartbeat", connection.CloseReason?.Message, StringComparison.Ordinal);
        await Patience.ForAsync(consumer.Ended, "the end of the consumer");
        await Patience.ForAsync(connection.DisposeAsync().AsTask(), "the disposal");
    }

    [Fact]
    public async Task An_operation_without_an_answer_times_out_and_a_disposal_does_not_wait_for_one()
    {
        await using var broker = BrokerAt(_proxy!.Uri, operationTimeout: TimeSpan.FromMilliseconds(300));
        var connection = await broker.ConnectAsync("spec", default);
        var (queue, consumer, _) = await InboxAsync(connection);
        _proxy.Freeze();

        await TimesOutAsync(() => connection.InspectQueueAsync(queue, default).AsTask());
        await TimesOutAsync(() => connection.OpenPublisherAsync(new PublisherOptions(Confirms: true), null, default).AsTask());
        await TimesOutAsync(() => consumer.StopAsync(default).AsTask());
        await Patience.ForAsync(consumer.DisposeAsync().AsTask(), "the disposal of the consumer");

        var since = Stopwatch.GetTimestamp();
        await Patience.ForAsync(connection.DisposeAsync().AsTask(), "the disposal of the connection");
        Assert.True(Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(15), "A disposal takes 6 s at most, and some patience.");
        Assert.True(connection.Closed.IsCancellationRequested);
        Assert.Null(connection.CloseReason);
    }

    [Fact]
    public async Task A_caller_may_stop_waiting_and_the_connection_stays_usable()
    {
        await using var broker = BrokerAt((await TestBroker.TestBroker.GetAsync()).Uri);
        await using var connection = await broker.ConnectAsync("spec", default);
        var (queue, _, _) = await InboxAsync(connection);
        for (var n = 0; n < 20; n++)
        {
            using var source = new CancellationTokenSource();
            var inspecting = connection.InspectQueueAsync(queue, source.Token).AsTask();
            await source.CancelAsync();
            await Task.WhenAny(inspecting);
        }

        Assert.Equal(queue, (await connection.InspectQueueAsync(queue, default))?.Name);
    }

    [Fact]
    public async Task An_aborted_connection_ends_at_once_and_gives_its_deliveries_back()
    {
        await using var broker = BrokerAt(_proxy!.Uri);
        var connection = await broker.ConnectAsync("spec", default);
        var (_, consumer, _) = await InboxAsync(connection);
        connection.Abort();
        await Patience.ForAsync(connection.Closed, "the end of the connection");
        Assert.True(consumer.Ended.IsCancellationRequested);
        Assert.Equal(BrokerFault.Unreachable, connection.CloseReason?.Fault);
        await Patience.ForAsync(connection.DisposeAsync().AsTask(), "the disposal");
    }

    private static async Task TimesOutAsync(Func<Task> act)
    {
        var exception = await Assert.ThrowsAsync<BrokerException>(() => Patience.ForAsync(act(), "the time-out"));
        Assert.Equal(BrokerFault.TimedOut, exception.Fault);
    }

    // Ends with the exception that ends it; 256 MB is more than any buffer on the way holds.
    private static async Task<BrokerException> FloodAsync(IPublisher publisher, string queue)
    {
        await Task.Yield();
        try
        {
            for (var n = 0; n < 256; n++)
            {
                await publisher.PublishAsync(To(queue, bodyBytes: 1_000_000));
            }
        }
        catch (BrokerException e)
        {
            return e;
        }

        throw new InvalidOperationException("256 MB were taken by a peer that does not read.");
    }
}
