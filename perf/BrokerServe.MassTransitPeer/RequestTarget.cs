using System.Runtime.CompilerServices;
using BrokerServe.LoadGenerator;
using MassTransit;

namespace BrokerServe.MassTransitPeer;

/// <summary>Callers of MassTransit's request client.</summary>
internal sealed class RequestTarget : CallTarget
{
    private readonly IBusControl _bus;
    private readonly IRequestClient<Question> _client;
    private readonly Question _question;

    private RequestTarget(Generator generator, IBusControl bus, IRequestClient<Question> client, byte[] body)
        : base(generator)
    {
        _bus = bus;
        _client = client;
        _question = new Question(body);
    }

    public static async Task<ITarget> ConnectAsync(Generator generator, Options options)
    {
        var bus = await Peer.StartAsync(options, consumes: false);
        var client = bus.CreateReplyToClientFactory().CreateRequestClient<Question>(
            new Uri($"exchange:{options.QueueName}"), RequestTimeout.After(s: 30));
        return new RequestTarget(generator, bus, client, options.Load.NewBody());
    }

    public override async ValueTask DisposeAsync() => await _bus.StopAsync();

    // The load's own part of a call is to cost nothing.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    protected override async ValueTask<string?> InvokeAsync(int slot)
    {
        await _client.GetResponse<Answer>(_question).ConfigureAwait(false);
        return null;
    }
}
