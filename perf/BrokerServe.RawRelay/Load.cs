using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using HdrHistogram;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace BrokerServe.RawRelay;

/// <summary>A closed loop of so many requests: each reply sends the next one, on the thread that received it.</summary>
internal sealed class Load : AsyncDefaultBasicConsumer
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Options _options;
    private readonly IChannel _publishing;
    private readonly BasicProperties _request;
    private readonly CachedString _requestQueue;
    private readonly string[] _ids;
    private readonly long[] _sent;
    private readonly byte[] _body;
    private readonly LongHistogram _latency = new(1, TimeSpan.FromMinutes(1).Ticks, 3); // In ticks of 100 ns.
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HashSet<ulong> _ahead = [];
    private int _outstanding;
    private ulong _published;
    private ulong _confirmed; // What was published and confirmed: all up to _upTo, and those in _ahead.
    private ulong _upTo;
    private ulong _refused;
    private long _measureFrom;
    private long _measureTo;

    private Load(IChannel consuming, IChannel publishing, string replyQueue, Options options)
        : base(consuming)
    {
        _options = options;
        _publishing = publishing;
        _request = new BasicProperties
        {
            ReplyTo = replyQueue,
            Persistent = options.Safe,
            Headers = new Dictionary<string, object?>(),
        };
        _requestQueue = new CachedString(options.RequestQueue);
        _ids = [.. Enumerable.Range(0, options.Concurrency).Select(i => i.ToString(CultureInfo.InvariantCulture))];
        _sent = new long[options.Concurrency];
        _body = new byte[options.Size];
        Random.Shared.NextBytes(_body);
        publishing.BasicAcksAsync += OnConfirmAsync;
        publishing.BasicNacksAsync += OnRefusalAsync;
    }

    public static async Task<int> RunAsync(Options options, CancellationToken stopping)
    {
        await using var consume = await Broker.ConnectAsync(options, "consume");
        await using var publish = await Broker.ConnectAsync(options, "publish");
        var consuming = await Broker.OpenAsync(consume);
        await Broker.DeclareAsync(consuming, options);
        var replyQueue = await Broker.DeclareOwnAsync(consuming);
        var load = new Load(consuming, await Broker.OpenAsync(publish, confirms: options.Safe), replyQueue, options);
        await consuming.BasicConsumeAsync(replyQueue, autoAck: true, load, CancellationToken.None);
        return await load.MeasureAsync(stopping);
    }

    public override async Task HandleBasicDeliverAsync(
        string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey,
        IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
    {
        if (!_started.Task.IsCompleted)
        {
            await _started.Task; // The first requests go out on another thread, and only one may publish at a time.
        }

        var id = int.Parse(properties.CorrelationId!, NumberStyles.None, CultureInfo.InvariantCulture);
        var now = Stopwatch.GetTimestamp();
        if (now >= _measureFrom && now < _measureTo)
        {
            _latency.RecordValue(Math.Max(1, Stopwatch.GetElapsedTime(_sent[id], now).Ticks));
        }

        if (now < Volatile.Read(ref _measureTo))
        {
            await PublishAsync(id);
        }
        else if (--_outstanding == 0)
        {
            _drained.TrySetResult();
        }
    }

    private async Task<int> MeasureAsync(CancellationToken stopping)
    {
        var began = Stopwatch.GetTimestamp();
        _measureFrom = began + (long)(_options.WarmUp.TotalSeconds * Stopwatch.Frequency);
        _measureTo = _measureFrom + (long)(_options.Duration.TotalSeconds * Stopwatch.Frequency);
        _outstanding = _options.Concurrency;
        for (var id = 0; id < _options.Concurrency; id++)
        {
            await PublishAsync(id);
        }

        _started.SetResult();

        // A stop ends the loop early; what was measured until then is printed.
        using var stop = stopping.Register(() => Volatile.Write(ref _measureTo, Stopwatch.GetTimestamp()));
        try
        {
            await _drained.Task.WaitAsync(_options.WarmUp + _options.Duration + Patience, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            // What is still outstanding is reported as lost.
        }

        // The last confirms may be behind the last replies.
        for (var attempt = 0; _options.Safe && Volatile.Read(ref _confirmed) + _refused < _published && attempt < 100; attempt++)
        {
            await Task.Delay(20, CancellationToken.None);
        }

        Print(Stopwatch.GetElapsedTime(_measureFrom, Math.Max(_measureFrom + 1, _measureTo)));
        return _outstanding == 0 && Unconfirmed == 0 ? 0 : 1;
    }

    private long Unconfirmed => _options.Safe ? (long)(_published - Volatile.Read(ref _confirmed)) : 0;

    private ValueTask PublishAsync(int id)
    {
        _sent[id] = Stopwatch.GetTimestamp();
        _request.CorrelationId = _ids[id];
        _published++;
        return _publishing.BasicPublishAsync(CachedString.Empty, _requestQueue, mandatory: false, _request, _body, CancellationToken.None);
    }

    private Task OnConfirmAsync(object sender, BasicAckEventArgs confirm)
    {
        // A confirm of several covers what was confirmed alone before, too: those are counted in _ahead until then.
        if (confirm.Multiple)
        {
            _ahead.RemoveWhere(sequence => sequence <= confirm.DeliveryTag);
            _upTo = confirm.DeliveryTag;
        }
        else
        {
            _ahead.Add(confirm.DeliveryTag);
        }

        while (_ahead.Remove(_upTo + 1))
        {
            _upTo++;
        }

        Volatile.Write(ref _confirmed, _upTo + (ulong)_ahead.Count);
        return Task.CompletedTask;
    }

    private Task OnRefusalAsync(object sender, BasicNackEventArgs refusal)
    {
        _refused++;
        return Task.CompletedTask;
    }

    private void Print(TimeSpan measured)
    {
        var errors = new Dictionary<string, long>();
        if (_outstanding > 0)
        {
            errors["lost"] = _outstanding;
        }

        if (Unconfirmed > 0)
        {
            errors["unconfirmed"] = Unconfirmed;
        }

        Console.WriteLine(JsonSerializer.Serialize(new
        {
            requests = _latency.TotalCount,
            errors,
            throughput = Math.Round(_latency.TotalCount / measured.TotalSeconds, 1),
            latency_ms = new
            {
                p50 = Milliseconds(_latency.GetValueAtPercentile(50)),
                p99 = Milliseconds(_latency.GetValueAtPercentile(99)),
                p999 = Milliseconds(_latency.GetValueAtPercentile(99.9)),
                max = Milliseconds(_latency.GetMaxValue()),
            },
        }));
    }

    private static double Milliseconds(long ticks) => Math.Round(TimeSpan.FromTicks(ticks).TotalMilliseconds, 3);
}
