using System.Globalization;
using BrokerServe.LoadGenerator;
using BrokerServe.Protocol;
using RabbitMQ.Client;

namespace BrokerServe.RawRelay;

/// <summary>A producer: in a closed loop each reply sends the next request, on the thread that received it.</summary>
internal sealed class Load : AsyncDefaultBasicConsumer, ITarget
{
    private readonly Generator _generator;
    private readonly IConnection[] _connections;
    private readonly IChannel _publishing;
    private readonly Confirms? _confirms;
    private readonly BasicProperties _request;
    private readonly CachedString _exchange;
    private readonly CachedString _key;
    private readonly bool _mandatory;
    private readonly uint[] _uses; // By slot: so often a request was sent in it; an id is never used twice.
    private readonly byte[] _body;

    private Load(Generator generator, IChannel consuming, IChannel publishing, string? replyQueue, Options options, IConnection[] connections)
        : base(consuming)
    {
        _generator = generator;
        _connections = connections;
        _publishing = publishing;
        _confirms = options.Safe ? new Confirms(publishing) : null;
        _request = new BasicProperties { ReplyTo = replyQueue, Persistent = options.Safe, Headers = new Dictionary<string, object?>() };
        _mandatory = options.Route == Route.Serve;
        _exchange = _mandatory ? new CachedString(new ObjectNames(options.Name).Requests) : CachedString.Empty;
        _key = new CachedString(_mandatory ? options.Endpoint : options.RequestQueue);
        _uses = new uint[generator.Slots];
        _body = options.Load.NewBody();
        publishing.BasicReturnAsync += (_, returned) =>
        {
            End(returned.BasicProperties.CorrelationId, "returned");
            return Task.CompletedTask;
        };
    }

    public static async Task<ITarget> ConnectAsync(Generator generator, Options options)
    {
        var consume = await Broker.ConnectAsync(options, "consume");
        var publish = await Broker.ConnectAsync(options, "publish");
        var consuming = await Broker.OpenAsync(consume);
        await Broker.DeclareAsync(consuming, options);
        var publishing = await Broker.OpenAsync(publish, confirms: options.Safe);
        if (options.Route == Route.Hop)
        {
            await consuming.QueuePurgeAsync(options.RequestQueue);
            await consuming.BasicQosAsync(0, options.Prefetch, global: false);
            var alone = new Load(generator, consuming, publishing, replyQueue: null, options, [consume, publish]);
            await consuming.BasicConsumeAsync(options.RequestQueue, autoAck: !options.Safe, alone);
            return alone;
        }

        var name = options.Route == Route.Serve ? new ObjectNames(options.Name).ClientReplyQueue(Guid.NewGuid().ToString("N")) : "";
        var replyQueue = (await consuming.QueueDeclareAsync(name, durable: false, exclusive: true, autoDelete: true)).QueueName;
        var load = new Load(generator, consuming, publishing, replyQueue, options, [consume, publish]);
        await consuming.BasicConsumeAsync(replyQueue, autoAck: true, load);
        return load;
    }

    public ValueTask SendAsync(int slot)
    {
        _request.CorrelationId = string.Create(CultureInfo.InvariantCulture, $"{slot:x}-{++_uses[slot]:x}");
        _confirms?.Published();
        return _publishing.BasicPublishAsync(_exchange, _key, _mandatory, _request, _body, CancellationToken.None);
    }

    public override async Task HandleBasicDeliverAsync(
        string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey,
        IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
    {
        if (!_generator.Started.IsCompleted)
        {
            await _generator.Started; // The first requests go out on another thread, and only one may publish at a time.
        }

        // A hop alone has nobody to acknowledge but its sender; the relay's acks are as rare when as much is outstanding.
        if (_request.ReplyTo is null && _confirms is not null && deliveryTag % (ulong)Math.Clamp(_generator.Slots / 4, 1, 64) == 0)
        {
            await Channel.BasicAckAsync(deliveryTag, multiple: true, CancellationToken.None);
        }

        if (End(properties.CorrelationId, properties.Type is null or "ok" ? null : properties.Type) is { } next)
        {
            await SendAsync(next);
        }
    }

    public async Task FinishAsync()
    {
        if (_confirms is not null)
        {
            _generator.Count("unconfirmed", await _confirms.WaitAsync());
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections)
        {
            await connection.DisposeAsync();
        }
    }

    /// <summary>Ends the request of that id, unless it has ended before.</summary>
    /// <returns>The slot, when its next request is to be sent.</returns>
    private int? End(string? id, string? error)
    {
        var dash = id!.IndexOf('-', StringComparison.Ordinal);
        var slot = int.Parse(id.AsSpan(0, dash), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        var use = uint.Parse(id.AsSpan(dash + 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        return use == _uses[slot] && _generator.Ended(slot, error) ? slot : null;
    }
}
