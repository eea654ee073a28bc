using BrokerServe.Client;
using BrokerServe.Protocol;
using BrokerServe.RabbitMq;
using Xunit;

namespace BrokerServe.EndToEnd.Tests;

/// <summary>A virtual host with the users of the documentation's table, and a system that each of them runs its part of.</summary>
public sealed class PermittedUsers : IAsyncLifetime
{
    private static readonly string[] Kinds = ["producer", "worker", "router", "operator", "author"];

    private readonly string _host = TestBroker.TestBroker.Unique("permissions");
    private readonly Dictionary<string, ServingSystem> _systems = [];
    private TestBroker.TestBroker? _broker;
    private IBrokerServeClient? _client;

    /// <summary>The producer's.</summary>
    internal IBrokerServeClient Client => _client!;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        _broker = await TestBroker.TestBroker.GetAsync();
        await _broker.AddVirtualHostAsync(_host);
        foreach (var kind in Kinds)
        {
            await _broker.RabbitmqctlAsync("add_user", UserOf(kind), SecretOf(kind));
            await _broker.RabbitmqctlAsync(["set_permissions", "-p", _host, UserOf(kind), .. PermissionTable.Of(kind)]);
            _systems.Add(kind, new ServingSystem(() => BrokerOf(kind)) { Prefix = ObjectNames.DefaultPrefix });
        }

        await _systems["router"].StartRouterAsync(EndToEndSpecs.Serving("greet", "greet-v1"));
        await _systems["worker"].StartWorkerAsync("greet-v1", worker => worker.HandleRaw(query => query.Payload.ToArray()));
        _client = await _systems["producer"].StartClientAsync(client => client.Name = "shop");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var (kind, system) in _systems)
        {
            await system.DisposeAsync();
            await _broker!.RabbitmqctlAsync("delete_user", UserOf(kind));
        }

        await _broker!.RabbitmqctlAsync("delete_vhost", _host);
    }

    /// <summary>The broker, for one of the users.</summary>
    internal RabbitMqBroker BrokerOf(string kind) => BrokerOf(UserOf(kind), SecretOf(kind));

    /// <summary>The broker, for somebody else.</summary>
    internal RabbitMqBroker BrokerOf(string user, string password) => new(new RabbitMqOptions
    {
        Uri = new UriBuilder(_broker!.Uri) { UserName = user, Password = password, Path = _host }.Uri.AbsoluteUri,
    });

    private static string SecretOf(string kind) => $"secret-of-{kind}";

    private string UserOf(string kind) => $"{_host}-{kind}";
}
