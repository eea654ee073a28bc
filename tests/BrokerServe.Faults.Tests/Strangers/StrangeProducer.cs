using System.Collections.Concurrent;
using System.Globalization;
using BrokerServe.Protocol;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace BrokerServe.Faults.Tests.Strangers;

/// <summary>A producer that sends what it likes and listens to what it is answered.</summary>
internal sealed class StrangeProducer : Stranger
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<StrangeAnswer>> _answers = [];
    private int _calls;

    private StrangeProducer(string prefix)
        : base(prefix) => Queue = Names.ClientReplyQueue($"stranger-{Guid.NewGuid():N}");

    protected override string Queue { get; }

    public static async Task<StrangeProducer> StartAsync(Scene scene)
    {
        var producer = new StrangeProducer(scene.Prefix);
        await producer.ConnectAsync(scene.Broker);
        return producer;
    }

    /// <summary>Sends a request; returns its correlation id.</summary>
    public async Task<string> CallAsync(string endpoint, Action<BasicProperties>? with = null, ReadOnlyMemory<byte> body = default)
    {
        var id = $"call-{Interlocked.Increment(ref _calls).ToString(CultureInfo.InvariantCulture)}";
        var properties = new BasicProperties { CorrelationId = id, ReplyTo = Queue };
        with?.Invoke(properties);
        await SendAsync(Names.Requests, endpoint, properties, body);
        return id;
    }

    /// <summary>The first answer to a request.</summary>
    public async Task<StrangeAnswer> AnswerToAsync(string id, string what)
    {
        await Patience.UntilAsync(() => _answers.ContainsKey(id), () => $"{what} is answered");
        return _answers[id].First();
    }

    /// <summary>How often a request was answered until now.</summary>
    public int CountAnswers(string id) => _answers.TryGetValue(id, out var answers) ? answers.Count : 0;

    protected override Task HearAsync(BasicDeliverEventArgs message)
    {
        var properties = message.BasicProperties;
        var text = ErrorBody.TryDecode(message.Body.Span, out var error) ? error.Message : "";
        _answers.GetOrAdd(properties.CorrelationId ?? "", _ => []).Enqueue(new StrangeAnswer(properties.Type ?? "ok", text, message.Body.ToArray()));
        return Task.CompletedTask;
    }
}
