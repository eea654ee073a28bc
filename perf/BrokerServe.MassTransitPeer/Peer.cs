using MassTransit;
using Microsoft.Extensions.Logging.Abstractions;

namespace BrokerServe.MassTransitPeer;

/// <summary>The two sides of request and response, tuned: the fastest settings that keep the guarantee.</summary>
/// <remarks>
/// As MassTransit's own benchmark has it: the request goes straight to the endpoint's queue, not through the exchanges of its type, and comes
/// back by direct reply-to, not by a queue that the client consumes. Prefetch is the limit of all workers together; the transport takes the
/// concurrency from it. Messages are in MassTransit's envelope, JSON by System.Text.Json: without the envelope some requests fail.
/// </remarks>
internal static class Peer
{
    /// <summary>Connects and starts; with a consumer for <c>worker</c>, without for <c>load</c>.</summary>
    public static async Task<IBusControl> StartAsync(Options options, bool consumes)
    {
        LogContext.ConfigureCurrentLogContext(NullLoggerFactory.Instance);
        var bus = Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.AutoStart = true;
            rabbit.PrefetchCount = options.Prefetch;
            rabbit.ConcurrentMessageLimit = options.Concurrent;
            rabbit.Host(options.Broker, host => host.PublisherConfirmation = options.Safe);

            // Of transient messages nothing is written to disk, and nobody waits for a confirm.
            rabbit.ConfigureSend(pipe => pipe.UseSendExecute(context => context.Durable = options.Safe));
            if (consumes)
            {
                rabbit.ReceiveEndpoint(options.QueueName, endpoint =>
                {
                    endpoint.ConfigureConsumeTopology = false;
                    if (options.Quorum)
                    {
                        endpoint.SetQuorumQueue();
                    }

                    endpoint.Consumer<EchoConsumer>();
                });
            }
        });
        await bus.StartAsync();
        return bus;
    }
}
