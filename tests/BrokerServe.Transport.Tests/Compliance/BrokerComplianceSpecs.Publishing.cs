namespace BrokerServe.Transport.Tests.Compliance;

public abstract partial class BrokerComplianceSpecs
{
    [Fact]
    public async Task Every_message_is_confirmed_once_under_its_number()
    {
        var connection = await ConnectAsync();
        var queue = await DurableQueueAsync(connection);
        var (publisher, log) = await PublisherAsync(connection);
        Assert.Equal(1UL, publisher.NextSequence);
        for (var i = 1; i <= 100; i++)
        {
            await publisher.PublishAsync(To(queue, $"{i}"));
        }

        Assert.Equal(101UL, publisher.NextSequence);
        await log.AllConfirmedAsync(100);
        Assert.Equal(100, log.Events.Count);
        Assert.Equal(100, await ReadyAsync(connection, queue));
    }

    [Fact]
    public async Task A_publisher_without_confirms_hears_nothing_of_what_arrives()
    {
        var connection = await ConnectAsync();
        var queue = await DurableQueueAsync(connection);
        var log = new ConfirmLog();
        var publisher = await connection.OpenPublisherAsync(new PublisherOptions(Confirms: false), log, default);
        var (_, inbox) = await ConsumeAsync(connection, queue);
        await publisher.PublishAsync(To(queue, "1", mandatory: true));
        Assert.Equal("1", (await inbox.NextAsync()).Text);
        Assert.Equal(2UL, publisher.NextSequence);
        Assert.Empty(log.Events);
    }

    [Fact]
    public async Task A_mandatory_message_without_a_queue_is_returned_before_it_is_confirmed()
    {
        var connection = await ConnectAsync();
        var queue = await DurableQueueAsync(connection);
        var missing = Unique("missing");
        var (publisher, log) = await PublisherAsync(connection);
        await publisher.PublishAsync(To(queue, "kept", mandatory: true));
        var lost = To(missing, "lost", mandatory: true);
        await publisher.PublishAsync(lost with { Properties = lost.Properties with { CorrelationId = "c-1" } });
        await publisher.PublishAsync(To(missing, "nobody asks"));
        await log.AllConfirmedAsync(3);

        var returned = Assert.Single(log.Returned);
        Assert.Equal(("", missing, "c-1", "lost"), (returned.Exchange, returned.RoutingKey, returned.Properties.CorrelationId, returned.Text));
        var events = log.Events.ToList();
        Assert.True(events.IndexOf("returned lost") < events.IndexOf("confirmed 2"), string.Join(", ", events));
    }

    [Fact]
    public async Task What_an_exchange_cannot_route_goes_to_its_alternate_under_its_first_address()
    {
        var connection = await ConnectAsync();
        var known = await DurableQueueAsync(connection, "known");
        var strays = await DurableQueueAsync(connection, "strays");
        var (exchange, alternate) = (Unique("direct"), Unique("alternate"));
        await connection.DeclareExchangeAsync(new ExchangeDeclaration(alternate, ExchangeKind.Fanout), default);
        await connection.DeclareExchangeAsync(new ExchangeDeclaration(exchange, ExchangeKind.Direct, alternate), default);
        await connection.BindAsync(known, exchange, "known", default);
        await connection.BindAsync(strays, alternate, "", default);

        var (publisher, log) = await PublisherAsync(connection);
        await publisher.PublishAsync(To("known", "k", mandatory: true) with { Exchange = exchange });
        await publisher.PublishAsync(To("unknown", "s", mandatory: true) with { Exchange = exchange });
        await log.AllConfirmedAsync(2);
        Assert.Empty(log.Returned);

        var (_, inbox) = await ConsumeAsync(connection, strays);
        var stray = await inbox.NextAsync();
        Assert.Equal((exchange, "unknown", "s"), (stray.Exchange, stray.RoutingKey, stray.Text));
        Assert.Equal(1, await ReadyAsync(connection, known));
    }

    [Fact]
    public async Task Publishing_to_an_exchange_that_is_not_there_ends_the_publisher_and_nothing_else()
    {
        var connection = await ConnectAsync();
        var (publisher, _) = await PublisherAsync(connection);
        try
        {
            await publisher.PublishAsync(To("key", "lost") with { Exchange = Unique("missing") });
        }
        catch (BrokerException)
        {
            // Some brokers say so at once, others only by closing the channel.
        }

        await Patience.ForAsync(publisher.Closed, "the end of the publisher");
        await Assert.ThrowsAsync<BrokerException>(async () => await publisher.PublishAsync(To("key", "late")));
        var queue = await DurableQueueAsync(connection);
        await PublishAsync(connection, queue, "1");
        Assert.Equal(1, await ReadyAsync(connection, queue));
    }

    [Fact]
    public async Task A_fanout_reaches_every_bound_queue_once()
    {
        var connection = await ConnectAsync();
        var exchange = Unique("fanout");
        await connection.DeclareExchangeAsync(new ExchangeDeclaration(exchange, ExchangeKind.Fanout), default);
        string[] queues = [await DurableQueueAsync(connection, "a"), await DurableQueueAsync(connection, "b"), await DurableQueueAsync(connection, "c")];
        foreach (var queue in queues)
        {
            await connection.BindAsync(queue, exchange, "", default);
        }

        // Bound twice is reached once.
        await connection.BindAsync(queues[0], exchange, "other", default);
        var (publisher, log) = await PublisherAsync(connection);
        await publisher.PublishAsync(To("whatever", "news") with { Exchange = exchange });
        await log.AllConfirmedAsync(1);
        foreach (var queue in queues)
        {
            Assert.Equal(1, await ReadyAsync(connection, queue));
            var (_, inbox) = await ConsumeAsync(connection, queue);
            Assert.Equal("news", (await inbox.NextAsync()).Text);
        }
    }

    [Fact]
    public async Task A_direct_exchange_reaches_the_queues_bound_under_the_key_until_they_are_unbound()
    {
        var connection = await ConnectAsync();
        var exchange = Unique("direct");
        await connection.DeclareExchangeAsync(new ExchangeDeclaration(exchange, ExchangeKind.Direct), default);
        var (red, blue) = (await DurableQueueAsync(connection, "red"), await DurableQueueAsync(connection, "blue"));
        await connection.BindAsync(red, exchange, "red", default);
        await connection.BindAsync(blue, exchange, "blue", default);
        await connection.BindAsync(blue, exchange, "red", default);

        var (publisher, log) = await PublisherAsync(connection);
        await publisher.PublishAsync(To("red", "1") with { Exchange = exchange });
        await log.AllConfirmedAsync(1);
        Assert.Equal((1, 1), (await ReadyAsync(connection, red), await ReadyAsync(connection, blue)));

        await connection.UnbindAsync(red, exchange, "red", default);
        await connection.UnbindAsync(red, exchange, "never bound", default);
        await publisher.PublishAsync(To("red", "2") with { Exchange = exchange });
        await log.AllConfirmedAsync(2);
        Assert.Equal((1, 2), (await ReadyAsync(connection, red), await ReadyAsync(connection, blue)));
    }

    [Fact]
    public async Task Publishers_of_one_connection_work_side_by_side()
    {
        const int Publishers = 4;
        const int Each = 300;
        var connection = await ConnectAsync();
        var queue = await DurableQueueAsync(connection);
        await Task.WhenAll(Enumerable.Range(0, Publishers).Select(p => Task.Run(
            () => PublishAsync(connection, queue, [.. Enumerable.Range(0, Each).Select(n => $"{p} {n}")]))));

        var (_, inbox) = await ConsumeAsync(connection, queue, prefetch: Publishers * Each);
        var texts = await inbox.TextsAsync(Publishers * Each);
        for (var p = 0; p < Publishers; p++)
        {
            var own = texts.Where(text => text.StartsWith($"{p} ", StringComparison.Ordinal));
            Assert.Equal(Enumerable.Range(0, Each).Select(n => $"{p} {n}"), own);
        }
    }

    [Fact]
    public async Task Consumers_on_two_connections_share_a_queue_evenly()
    {
        var (left, right) = (await ConnectAsync("left"), await ConnectAsync("right"));
        var queue = await DurableQueueAsync(left);
        var (_, ofLeft) = await ConsumeAsync(left, queue, prefetch: 100);
        var (_, ofRight) = await ConsumeAsync(right, queue, prefetch: 100);
        await PublishAsync(left, queue, [.. Enumerable.Range(1, 100).Select(n => $"{n}")]);

        // In turn: 50 each, and nothing twice.
        string[] all = [.. await ofLeft.TextsAsync(50), .. await ofRight.TextsAsync(50)];
        Assert.Equal(100, all.Distinct().Count());
    }

    [Fact]
    public async Task A_full_consumer_does_not_hold_up_the_others()
    {
        var connection = await ConnectAsync();
        var queue = await DurableQueueAsync(connection);
        var (_, stuck) = await ConsumeAsync(connection, queue, prefetch: 1);
        var (swift, inbox) = await ConsumeAsync(connection, queue, prefetch: 1);
        await PublishAsync(connection, queue, "1", "2", "3", "4", "5");
        await stuck.NextAsync();
        for (var tag = 1UL; tag <= 4; tag++)
        {
            await inbox.NextAsync();
            await swift.AckAsync(tag, multiple: false);
        }

        Assert.Equal(1, stuck.Count);
        await ReadyBecomesAsync(connection, queue, 0);
    }
}
