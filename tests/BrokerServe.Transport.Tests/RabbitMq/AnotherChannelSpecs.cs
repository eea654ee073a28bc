using System.Globalization;
using BrokerServe.RabbitMq;
using BrokerServe.Transport.Tests.Compliance;
using BrokerServe.Transport.Tests.Supervision;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using static BrokerServe.Transport.Tests.RabbitMq.RabbitMqFact;

namespace BrokerServe.Transport.Tests.RabbitMq;

/// <summary>A publisher whose messages are refused goes on on another channel, and nobody who publishes sees a difference.</summary>
public sealed class AnotherChannelSpecs : IAsyncLifetime
{
    private readonly string _full = TestBroker.TestBroker.Unique("spec.full");
    private readonly string _open = TestBroker.TestBroker.Unique("spec.open");
    private readonly string _name = TestBroker.TestBroker.Unique("spec.channels");
    private readonly BrokerLog _log = new();
    private RabbitMqBroker? _broker;
    private IBrokerConnection? _connection;

    private IBrokerConnection Connection => _connection!;

    private int ChannelChanges => _log.Lines.Count(line => line.Contains("another channel", StringComparison.Ordinal));

    public async ValueTask InitializeAsync()
    {
        var uri = (await TestBroker.TestBroker.GetAsync()).Uri;
        await using (var operators = await new ConnectionFactory { Uri = new Uri(uri) }.CreateConnectionAsync())
        {
            var arguments = new Dictionary<string, object?> { ["x-max-length"] = 1, ["x-overflow"] = "reject-publish" };
            await (await operators.CreateChannelAsync()).QueueDeclareAsync(_full, durable: true, exclusive: false, autoDelete: false, arguments);
        }

        _broker = new RabbitMqBroker(new RabbitMqOptions { Uri = uri }, _log);
        _connection = await _broker.ConnectAsync(_name, default);
        // It answers later than the other, which has nothing to write to a disk.
        await Connection.DeclareQueueAsync(new QueueDeclaration(_open) { Durable = true, Type = QueueType.Quorum }, default);
    }

    public async ValueTask DisposeAsync()
    {
        await Connection.DeleteQueueAsync(_full, default);
        await Connection.DeleteQueueAsync(_open, default);
        await Connection.DisposeAsync();
        await _broker!.DisposeAsync();
    }

    [Fact]
    public async Task Each_message_is_answered_once_under_its_number_through_all_changes_of_channel()
    {
        var answers = new AnswerLog();
        await using var publisher = await Connection.OpenPublisherAsync(new PublisherOptions(Confirms: true), answers, default);
        await publisher.PublishAsync(To(_full));
        await answers.AllAsync(1);

        // In twos, one that is taken and one that is not; a hundred at a time, so that the broker answers for many at once.
        var published = 1;
        var patience = new Patience("three changes of channel");
        while (ChannelChanges < 3)
        {
            await patience.YieldAsync();
            for (var i = 0; i < 100; i++)
            {
                await publisher.PublishAsync(To(_open));
                await publisher.PublishAsync(To(_full));
            }

            published += 200;
            await answers.AllAsync(published - 1_000); // So that some are under way at each change.
        }

        await answers.AllAsync(published);
        Assert.Equal((ulong)published + 1, publisher.NextSequence);
        Assert.Equal(Enumerable.Range(1, published).Select(number => number == 1 || number % 2 == 0 ? "confirmed" : "refused"), answers.Verdicts);
    }

    [Fact]
    public async Task A_publisher_may_be_disposed_in_the_middle_of_a_change()
    {
        for (var i = 0; i < 20; i++)
        {
            var answers = new AnswerLog();
            var publisher = await Connection.OpenPublisherAsync(new PublisherOptions(Confirms: true), answers, default);
            await publisher.PublishAsync(To(_full));
            await publisher.PublishAsync(To(_full));
            var change = new Patience("a change of channel");
            while (ChannelChanges <= i)
            {
                await change.YieldAsync();
            }

            await publisher.PublishAsync(To(_full));
            await publisher.DisposeAsync();
        }

        // Nothing is left open but the connection's own channel; the last may be on its way out.
        var leak = new Patience("the end of all channels");
        while (await CountChannelsAsync() > 1)
        {
            await leak.PauseAsync();
        }

        Assert.False(Connection.Closed.IsCancellationRequested);
    }

    private async Task<int> CountChannelsAsync()
    {
        var said = await (await TestBroker.TestBroker.GetAsync()).RabbitmqctlAsync("-q", "list_connections", "client_properties", "channels");
        var line = said.Split('\n').Single(line => line.Contains($"\"{_name}\"", StringComparison.Ordinal));
        return int.Parse(line.Split('\t')[^1], CultureInfo.InvariantCulture);
    }

    private sealed class BrokerLog : CapturedLog, ILogger<RabbitMqBroker>;

    private sealed class AnswerLog : IPublisherEvents
    {
        private readonly Lock _lock = new();
        private readonly List<string?> _verdicts = [];
        private int _through; // Every number up to here has a verdict.

        public IReadOnlyList<string?> Verdicts
        {
            get
            {
                lock (_lock)
                {
                    return [.. _verdicts];
                }
            }
        }

        public void OnConfirmed(ulong sequence, bool multiple) => Note((int)sequence, multiple, "confirmed");

        public void OnRefused(ulong sequence, bool multiple) => Note((int)sequence, multiple, "refused");

        public void OnReturned(in ReturnedMessage message)
        {
        }

        public async Task AllAsync(int through)
        {
            var patience = new Patience($"answers up to {through}");
            while (Volatile.Read(ref _through) < through)
            {
                await patience.YieldAsync();
            }
        }

        // What is answered together is what was not answered before; one answer for one that was is an error.
        private void Note(int sequence, bool multiple, string verdict)
        {
            lock (_lock)
            {
                while (_verdicts.Count < sequence)
                {
                    _verdicts.Add(null);
                }

                for (var i = multiple ? _through : sequence - 1; i < sequence; i++)
                {
                    _verdicts[i] = _verdicts[i] is { } earlier && !multiple ? $"{earlier}, {verdict}" : _verdicts[i] ?? verdict;
                }

                while (_through < _verdicts.Count && _verdicts[_through] is not null)
                {
                    _through++;
                }
            }
        }
    }
}
