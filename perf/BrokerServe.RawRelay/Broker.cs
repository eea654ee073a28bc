using BrokerServe.RawRelay.Sockets;
using RabbitMQ.Client;

namespace BrokerServe.RawRelay;

/// <summary>What the roles share: connections, channels, queues.</summary>
internal static class Broker
{
    public static Task<IConnection> ConnectAsync(Options options, string use)
    {
        var factory = new ConnectionFactory
        {
            Uri = options.Broker,
            ClientProvidedName = $"rawrelay {options.Role} {use}",
            AutomaticRecoveryEnabled = false,
            TopologyRecoveryEnabled = false,
            ConsumerDispatchConcurrency = 1,
        };
        if (options.JoinWrites)
        {
            factory.SocketFactory = family => new JoiningSocket(family);
        }

        return factory.CreateConnectionAsync();
    }

    /// <summary>A channel whose confirms are counted by the caller: the library's own tracking costs a task and a header per message.</summary>
    public static Task<IChannel> OpenAsync(IConnection connection, bool confirms = false) => connection.CreateChannelAsync(
        new CreateChannelOptions(publisherConfirmationsEnabled: confirms, publisherConfirmationTrackingEnabled: false));

    /// <summary>Declares the queues that all know; whoever comes first makes them. BrokerServe's are the routers' to declare.</summary>
    public static async Task DeclareAsync(IChannel channel, Options options)
    {
        if (options.Route == Route.Serve)
        {
            return;
        }

        var kind = new Dictionary<string, object?> { ["x-queue-type"] = options.Quorum ? "quorum" : "classic" };
        await channel.QueueDeclareAsync(options.RequestQueue, durable: true, exclusive: false, autoDelete: false, kind);
        if (options.Route == Route.Relay)
        {
            await channel.QueueDeclareAsync(options.WorkQueue, durable: true, exclusive: false, autoDelete: false);
        }
    }

    /// <summary>Runs until it is told to stop, or until a connection is lost.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> ServeAsync(CancellationToken stopping, params IConnection[] connections)
    {
        var lost = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        foreach (var connection in connections)
        {
            connection.ConnectionShutdownAsync += (_, reason) =>
            {
                lost.TrySetResult(reason.ReplyText);
                return Task.CompletedTask;
            };
        }

        Console.WriteLine("ready");
        using var registration = stopping.Register(() => lost.TrySetCanceled());
        try
        {
            Console.Error.WriteLine($"The connection was lost: {await lost.Task}");
            return 1;
        }
        catch (TaskCanceledException)
        {
            return 0;
        }
        finally
        {
            foreach (var connection in connections)
            {
                await connection.DisposeAsync();
            }
        }
    }
}
