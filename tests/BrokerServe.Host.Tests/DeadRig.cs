using BrokerServe.Host.Conformance.Stand;
using BrokerServe.Host.Dead;
using BrokerServe.Protocol;
using BrokerServe.Transport;
using BrokerServe.Transport.InMemory;

namespace BrokerServe.Host.Tests;

/// <summary>A dead queue with what a test puts there, and a router that answers what the test says.</summary>
internal sealed class DeadRig : IAsyncDisposable
{
    private readonly RouterStand _router;

    private DeadRig(InMemoryBroker broker, RouterStand router)
    {
        Broker = broker;
        _router = router;
    }

    public InMemoryBroker Broker { get; }

    /// <summary>How the router answers a request; null: not at all.</summary>
    public Func<ReceivedMessage, ErrorBody?>? Answer { get; set; } = static _ => null;

    /// <summary>What a reply says that it is to; null: the request's own.</summary>
    public string? CorrelationId { get; set; }

    /// <summary>The requests that came, in order.</summary>
    public List<ReceivedMessage> Requests { get; } = [];

    public static async Task<DeadRig> StartAsync()
    {
        var broker = new InMemoryBroker();
        var rig = new DeadRig(broker, await RouterStand.OpenAsync(broker, new ObjectNames(), CancellationToken.None));
        await rig._router.ListenAsync("requests-to-greet", "greet", [rig._router.Names.Requests], rig.Take, CancellationToken.None);
        return rig;
    }

    /// <summary>A copy of a request that killed two replicas.</summary>
    public Task PutCopyAsync(string messageId, string endpoint = "greet", params KeyValuePair<string, HeaderValue>[] headers) => PutAsync(
        new MessageProperties
        {
            Type = "replica_lost",
            ContentType = "text/plain",
            MessageId = messageId,
            AppId = "shop",
            CorrelationId = "of-the-producer",
            Persistent = true,
            Headers =
            [
                new(HeaderNames.Endpoint, endpoint), new(HeaderNames.Backend, "v1"), new(HeaderNames.Attempts, 2),
                new(HeaderNames.History, "1 r1 10; 2 r2 30"), .. headers,
            ],
        },
        "poison"u8.ToArray());

    /// <summary>A word on why a request failed that nobody waited for.</summary>
    public Task PutReasonAsync(string message) => PutAsync(
        new MessageProperties
        {
            Type = "handler_error",
            ContentType = ContentTypes.Error,
            Headers = [new(HeaderNames.Endpoint, "greet"), new(HeaderNames.Backend, "v1"), new(HeaderNames.Attempts, 1)],
        },
        new ErrorBody(ReplyStatus.HandlerError, message, Retryable: false).Encode());

    /// <summary>Runs a command.</summary>
    public async Task<(int Code, string Output, string Error)> RunAsync(Func<DeadRun, Task<int>> act, int limit = 100, bool json = false)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await act(new DeadRun(Broker, ObjectNames.DefaultPrefix, limit, json, output, error));
        return (code, output.ToString().TrimEnd(), error.ToString().TrimEnd());
    }

    /// <summary>What <c>dead list</c> says of each message, the id first.</summary>
    public async Task<string[]> ListAsync() =>
        (await RunAsync(static run => run.ListAsync())).Output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The ids that <c>dead list</c> says.</summary>
    public async Task<string[]> IdsAsync() => [.. (await ListAsync()).Select(static line => line.Split(' ')[0])];

    /// <summary>The dead queue is deleted, and everybody's hold on it ends.</summary>
    public async Task DeleteQueueAsync() => await _router.Connection.DeleteQueueAsync(_router.Names.Dead, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _router.DisposeAsync();
        await Broker.DisposeAsync();
    }

    private Task PutAsync(MessageProperties properties, byte[] body) =>
        _router.PublishAsync(new OutboundMessage("", _router.Names.Dead, Mandatory: true, properties, body), CancellationToken.None);

    private void Take(ReceivedMessage request)
    {
        Requests.Add(request);
        if (Answer is not { } answer)
        {
            return;
        }

        var error = answer(request);
        var properties = new MessageProperties
        {
            Type = error?.Status.Name(),
            ContentType = error is null ? null : ContentTypes.Error,
            CorrelationId = CorrelationId ?? request.Properties.CorrelationId,
        };
        _router.PublishAsync(
            new OutboundMessage("", request.Properties.ReplyTo!, Mandatory: false, properties, error?.Encode() ?? []), CancellationToken.None)
            .GetAwaiter().GetResult(); // In memory: it has been done.
    }
}
