using System.Text;
using RabbitMQ.Client;
using static BrokerServe.Transport.Tests.RabbitMq.RabbitMqFact;

namespace BrokerServe.Transport.Tests.RabbitMq;

/// <summary>Header tables that a stranger's client may send: they arrive, they are counted, they harm nobody.</summary>
public sealed class HostileHeaderSpecs : IAsyncLifetime
{
    private IBrokerConnection? _connection;
    private RabbitMQ.Client.IConnection? _stranger;
    private IChannel? _channel;

    public async ValueTask InitializeAsync()
    {
        var broker = await TestBroker.TestBroker.GetAsync();
        _connection = await BrokerAt(broker.Uri).ConnectAsync("spec", default);
        _stranger = await new ConnectionFactory { Uri = new Uri(broker.Uri), AutomaticRecoveryEnabled = false }.CreateConnectionAsync();
        _channel = await _stranger.CreateChannelAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _connection!.DisposeAsync();
        await _stranger!.DisposeAsync();
    }

    [Fact]
    public async Task Numbers_of_every_width_texts_and_booleans_are_read()
    {
        var headers = await ArriveAsync(new RawTable()
            .With("b", 'b', 0xFF).With("B", 'B', 0xFF).With("s", 's', 0xFF, 0xFE).With("u", 'u', 0xFF, 0xFE)
            .With("I", 'I', 0xFF, 0xFF, 0xFF, 0xFD).With("i", 'i', 0xFF, 0xFF, 0xFF, 0xFD)
            .With("l", 'l', 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFC).With("L", 'L', 0, 0, 0, 0, 0, 0, 0, 7)
            .With("t", 't', 1).WithLong("S", 'S', "grün"u8));

        long[] expected = [-1, 255, -2, 65_534, -3, 4_294_967_293, -4, 7];
        Assert.Equal(expected, "bBsuIilL".Select(name => Value(headers, name.ToString()).Integer));
        Assert.True(Value(headers, "t").Boolean);
        Assert.Equal("grün", Value(headers, "S").Text);
    }

    [Fact]
    public async Task Whatever_only_some_clients_can_say_arrives_unsupported_and_counted()
    {
        var table = new RawTable()
            .With("f", 'f', 1, 2, 3, 4).With("d", 'd', 1, 2, 3, 4, 5, 6, 7, 8).With("T", 'T', 0, 0, 0, 0, 0, 0, 0, 1).With("V", 'V')
            .With("D", 'D', 2, 0, 0, 0, 1).With("huge scale", 'D', 200, 0, 0, 0, 1)
            .WithLong("x", 'x', [1, 2, 3]).WithLong("garbled", 'S', [0xC3, 0x28])
            .WithLong("F", 'F', new RawTable().With("inner", 't', 1).ToArray()).WithLong("A", 'A', [(byte)'t', 1]);
        var headers = await ArriveAsync(table);

        Assert.Equal(10, headers.Count);
        Assert.All(headers, header => Assert.Equal(HeaderKind.Unsupported, header.Value.Kind));

        // Doubles and decimals are counted alike, so the figure is about right.
        Assert.InRange(headers.EncodedBytes, table.ToArray().Length, table.ToArray().Length + 32);
    }

    [Fact]
    public async Task Twenty_six_thousand_arrays_in_each_other_do_not_end_the_process()
    {
        var headers = await ArriveAsync(new RawTable().WithLong("deep", 'A', RawTable.Nested(26_000)));

        Assert.Equal(HeaderKind.Unsupported, Value(headers, "deep").Kind);
        Assert.InRange(headers.EncodedBytes, 130_000, 131_072);
    }

    [Fact]
    public async Task Ten_thousand_headers_are_read_in_one_pass()
    {
        var table = new RawTable();
        for (var n = 0; n < 10_000; n++)
        {
            table.With($"{n}", 't', 1);
        }

        Assert.Equal(10_000, (await ArriveAsync(table)).Count);
    }

    [Fact]
    public async Task The_headers_of_a_returned_message_are_read_too()
    {
        var log = new Compliance.ConfirmLog();
        await using var publisher = await _connection!.OpenPublisherAsync(new PublisherOptions(Confirms: true), log, default);
        await publisher.PublishAsync(new OutboundMessage(
            "", "nowhere", true, new MessageProperties { Headers = [new("text", "a"), new("number", 1), new("truth", true)] }, Encoding.UTF8.GetBytes("x")));
        await log.AllConfirmedAsync(1);
        Assert.Equal(3, log.Returned[0].Properties.Headers!.Count);
    }

    private static HeaderValue Value(HeaderTable headers, string name)
    {
        Assert.True(headers.TryGet(name, out var value), name);
        return value;
    }

    private async Task<HeaderTable> ArriveAsync(RawTable table)
    {
        var (queue, _, inbox) = await InboxAsync(_connection!);
        await _channel!.BasicPublishAsync("", queue, false, new RawHeader(table.ToArray()), new byte[1]);
        var received = await inbox.NextAsync();

        // The next message arrives as well: the connection has survived.
        await _channel.BasicPublishAsync("", queue, new byte[1]);
        Assert.Null((await inbox.NextAsync()).Properties.Headers);
        return received.Properties.Headers!;
    }
}
