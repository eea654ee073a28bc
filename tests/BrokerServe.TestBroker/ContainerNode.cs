using System.Net;
using System.Net.Sockets;
using DotNet.Testcontainers.Builders;
using Testcontainers.RabbitMq;

namespace BrokerServe.TestBroker;

/// <summary>A node in a container, for machines with a Docker engine.</summary>
internal sealed class ContainerNode : ITestNode
{
    private const string Image = "rabbitmq:3.10";
    private const ushort AmqpPort = 5672;

    private readonly RabbitMqContainer _container;

    private ContainerNode(RabbitMqContainer container) => _container = container;

    public string Uri => _container.GetConnectionString();

    public bool CanBeControlled => true;

    /// <summary>Starts a container; null when no Docker engine answers.</summary>
    public static async Task<ContainerNode?> TryStartAsync()
    {
        try
        {
            // A port of our choice: a container that is started again would get another one.
            var node = new ContainerNode(new RabbitMqBuilder(Image).WithPortBinding(FreePort(), AmqpPort).Build());
            await node.StartAsync();
            return node;
        }
        catch (DockerUnavailableException)
        {
            return null;
        }
    }

    public Task StartAsync() => _container.StartAsync();

    public async Task<string> RabbitmqctlAsync(IReadOnlyList<string> arguments)
    {
        var result = await _container.ExecAsync(["rabbitmqctl", .. arguments]);
        return result.ExitCode == 0
            ? result.Stdout.Trim()
            : throw new InvalidOperationException($"rabbitmqctl {string.Join(' ', arguments)}: {result.Stderr.Trim()} {result.Stdout.Trim()}");
    }

    // The first process of a container cannot be killed from within, but it can end itself without a word.
    public async Task KillAsync()
    {
        await _container.ExecAsync(["rabbitmqctl", "eval", "erlang:halt(137, [{flush, false}])."]);
        await _container.StopAsync();
    }

    public async Task StopAsync() => await _container.DisposeAsync();

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
