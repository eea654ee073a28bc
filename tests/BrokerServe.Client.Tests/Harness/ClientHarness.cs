using System.Diagnostics.Metrics;
using System.Text;
using BrokerServe.Transport;
using BrokerServe.Transport.InMemory;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace BrokerServe.Client.Tests.Harness;

/// <summary>A client, the broker in front of it, a clock that one hand moves, and what its meter counted.</summary>
internal sealed class ClientHarness : IAsyncDisposable
{
    private readonly InMemoryBroker _memory;
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, long> _counts = [];

    private ClientHarness(BrokerServeClientOptions options, BrokerLimits limits)
    {
        Time = new FakeTimeProvider(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        _memory = new InMemoryBroker(new InMemoryBrokerOptions { Limits = limits }, Time);
        Broker = new FaultyBroker(_memory) { Limits = limits };
        Client = new BrokerServeClient(Broker, options, Time, NullLogger.Instance, new Meters(this));
    }

    public FakeTimeProvider Time { get; }

    /// <summary>The client's broker. The scripted router uses <see cref="RouterBroker"/>, which no fault reaches.</summary>
    public FaultyBroker Broker { get; }

    public IBroker RouterBroker => _memory;

    public BrokerServeClient Client { get; }

    /// <summary>A client that has begun to connect; without a router, so that nothing can be sent yet.</summary>
    public static ClientHarness Create(Action<BrokerServeClientOptions>? configure = null, BrokerLimits? limits = null)
    {
        var options = new BrokerServeClientOptions();
        configure?.Invoke(options);
        return new ClientHarness(options, limits ?? new BrokerLimits(MaxBodyBytes: 1_000));
    }

    /// <summary>A client that is ready to call the endpoint <c>greet</c>, and the router that it calls.</summary>
    public static async Task<(ClientHarness Harness, ScriptedRouter Router)> StartAsync(Action<BrokerServeClientOptions>? configure = null)
    {
        var harness = Create(configure);
        var router = await ScriptedRouter.StartAsync(harness.RouterBroker, "greet");
        harness.Client.Start();
        await harness.IsReadyAsync();
        return (harness, router);
    }

    public Task IsReadyAsync() => Within.UntilAsync(() => Client.IsReady, "the client became ready");

    public Task IsNotReadyAsync() => Within.UntilAsync(() => !Client.IsReady, "the client noticed the loss");

    /// <summary>Moves the clock so that a deadline in that time has passed, and the sweep after it.</summary>
    public void Pass(TimeSpan time) => Time.Advance(time + TimeSpan.FromMilliseconds(20));

    public Task<RawReply> Calls(string text, InvokeOptions? options = null, CancellationToken cancellationToken = default) =>
        Client.InvokeRawAsync("greet", Encoding.UTF8.GetBytes(text), options, cancellationToken).AsTask();

    public static string TextOf(RawReply reply) => Encoding.UTF8.GetString(reply.Body.Span);

    /// <summary>How a call ended that was not to end well.</summary>
    public static async Task<BrokerServeException> FailsAsync(Task call) =>
        await Within.ReasonAsync(Assert.ThrowsAsync<BrokerServeException>(() => call), "the call ended");

    /// <summary>What the client's meter counted under a name and one tag.</summary>
    public long Counted(string instrument, string tag)
    {
        lock (_counts)
        {
            return _counts.GetValueOrDefault($"{instrument}/{tag}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Within.ReasonAsync(Client.DisposeAsync().AsTask(), "the client ended");
        _listener.Dispose();
        await _memory.DisposeAsync();
    }

    private sealed class Meters(ClientHarness harness) : IMeterFactory
    {
        public Meter Create(MeterOptions options)
        {
            var meter = new Meter(options);
            harness.Listen(meter);
            return meter;
        }

        public void Dispose()
        {
        }
    }

    private void Listen(Meter meter)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, meter))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            lock (_counts)
            {
                foreach (var tag in tags)
                {
                    var key = $"{instrument.Name}/{tag.Value}";
                    _counts[key] = _counts.GetValueOrDefault(key) + value;
                }
            }
        });
        _listener.Start();
    }
}
