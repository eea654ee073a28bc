using BrokerServe.Protocol.Announcements;
using BrokerServe.Router.Hosting;
using BrokerServe.Router.Tests.Configuration;
using BrokerServe.Router.Tests.Mailboxes;
using BrokerServe.Transport;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace BrokerServe.Router.Tests.Allocations;

/// <summary>A whole router on a <see cref="QuietBroker"/>, with one replica that answers at once. Its clock stands still, so nothing happens beside the calls.</summary>
internal sealed class QuietSystem : IAsyncDisposable
{
    private readonly QuietBroker _broker = new();
    private readonly ServiceProvider _services;
    private readonly RouterService _router;
    private ulong _tag;
    private long _sent;

    private QuietSystem(params (string Key, string? Value)[] settings)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.ClearProviders());
        services.AddSingleton<TimeProvider>(new FakeTimeProvider());
        services.AddBrokerServeRouter()
            .LoadFromConfig(new ConfigurationBuilder().Add(new RewritableSource(settings)).Build().GetSection("BrokerServe"))
            .UseBroker(_broker);
        _services = services.BuildServiceProvider();
        _router = _services.GetRequiredService<RouterService>();
    }

    /// <summary>Messages to the replica, and to the producer.</summary>
    public (long Queries, long Answers) Messages => (_broker.QueryMessages, _broker.AnswerMessages);

    public static async Task<QuietSystem> StartAsync()
    {
        var system = new QuietSystem(("Endpoints:greet:Traffic:v1", "1"), ("Backends:v1:MaxConcurrentQueries", "256"));
        await system._router.StartAsync(CancellationToken.None);
        await Patience.For(system._broker.HearsReplicas, "the router did not listen for replicas");
        system.Announce();
        await Patience.For(system._broker.TakesRequests, "the router took no requests");
        return system;
    }

    /// <summary>Sends a message of so many requests, and waits for as many answers.</summary>
    public void Send(in MessageProperties properties, ReadOnlySpan<byte> body, int requests)
    {
        _sent += requests;
        _broker.Endpoint.OnDelivery(new Delivery(++_tag, false, "brokerserve.requests", "greet", properties, body));
        while (_broker.Answers < _sent)
        {
            Thread.Yield();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _router.StopAsync(new CancellationToken(canceled: true));
        await _services.DisposeAsync();
    }

    private void Announce()
    {
        var announcement = new ReplicaAnnouncement(AnnouncementKind.Join, "v1", "r1", "brokerserve.replica.v1.r1") { MaxConcurrent = 256 };
        _broker.Announcements.OnDelivery(new Delivery(1, false, "brokerserve.replicas", "", new MessageProperties(), announcement.Encode()));
    }
}
