using System.Runtime.CompilerServices;
using BrokerServe.Client;
using BrokerServe.LoadGenerator;
using BrokerServe.RabbitMq;

namespace BrokerServe.ServeLoad;

/// <summary>Callers of BrokerServe's own client, as an application has them.</summary>
internal sealed class ClientTarget : CallTarget
{
    private readonly BrokerServeClient _client;
    private readonly string[] _endpoints;
    private readonly byte[] _body;

    private ClientTarget(Generator generator, BrokerServeClient client, string[] endpoints, byte[] body)
        : base(generator)
    {
        _client = client;
        _endpoints = endpoints;
        _body = body;
    }

    public static async Task<ITarget> ConnectAsync(Generator generator, Options options)
    {
        var broker = new RabbitMqBroker(new RabbitMqOptions { Uri = options.Broker });
        var client = await BrokerServeClient.ConnectAsync(broker, new BrokerServeClientOptions
        {
            Name = "load",
            Prefix = options.Prefix,
            Delivery = options.Delivery,
            MaxPendingCalls = Math.Max(10_000, options.Load.Concurrency),
        });
        return new ClientTarget(generator, client, options.EndpointNames(), options.Load.NewBody());
    }

    public override ValueTask DisposeAsync() => _client.DisposeAsync();

    // The load's own part of a call is to cost nothing.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    protected override async ValueTask<string?> InvokeAsync(int slot)
    {
        try
        {
            var endpoint = _endpoints.Length == 1 ? _endpoints[0] : _endpoints[Random.Shared.Next(_endpoints.Length)];
            await _client.InvokeRawAsync(endpoint, _body).ConfigureAwait(false);
            return null;
        }
        catch (BrokerServeException failure)
        {
            return failure.Code;
        }
    }
}
