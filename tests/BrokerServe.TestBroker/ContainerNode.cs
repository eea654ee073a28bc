using System.Net;
using System.Net.Sockets;
using DotNet.Testcontainers.Builders;
using Testcontainers.RabbitMq;

namespace BrokerServe.TestBroker;

/// <summary>A node in a container, for machines with a Docker engine.</summary>
internal sealed class ContainerNode : ITestNode
{
    private const ushort AmqpPort = 5672;

    private readonly RabbitMqContainer _container;

    private ContainerNode(RabbitMqContainer container) => _container = container;

    public string Uri => _container.GetConnectionString();

    public bool CanBeControlled => true;

    /// <summary>The image for a line of RabbitMQ: of each the oldest version that is supported, as of the servers that Debian has.</summary>
    internal static string ImageOf(int? line) => line == 4 ? "rabbitmq:4.0" : "rabbitmq:3.10";

    /// <summary>Starts a container of the newest image of a line.</summary>
    /// <returns>The node, or the reason why there is none: no Docker engine answers.</returns>
    public static Task<(ITestNode? Node, string? WhyNot)> TryStartAsync(int? line) => TryStartAsync(line, engine: null);

    /// <summary>Starts a container at an engine; null: the one that the environment and the files of Docker name.</summary>
    internal static async Task<(ITestNode? Node, string? WhyNot)> TryStartAsync(int? line, string? engine)
    {
        try
        {
            // A port of our choice: a container that is started again would get another one.
            var builder = new RabbitMqBuilder(ImageOf(line)).WithPortBinding(FreePort(), AmqpPort);
            var node = new ContainerNode((engine is null ? builder : builder.WithDockerEndpoint(engine)).Build());
            await node.StartAsync();
            return (node, null);
        }
        catch (DockerUnavailableException)
        {
            return (null, "No Docker engine answers.");
        }
        catch (Exception unreachable) when (unreachable.GetBaseException() is SocketException or HttpRequestException)
        {
            return (null, $"The Docker engine at {engine} does not answer: {unreachable.GetBaseException().Message}.");
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
