using System.Text;
using System.Threading.Channels;
using BrokerServe.Protocol;
using BrokerServe.Protocol.Frames;
using BrokerServe.Router.Dispatch;
using BrokerServe.Router.Egress;
using BrokerServe.Router.Ingress;
using BrokerServe.Router.Telemetry;
using BrokerServe.Router.Tests.Dispatch;
using BrokerServe.Router.Tests.Mailboxes;
using BrokerServe.Transport;
using BrokerServe.Transport.Buffers;
using BrokerServe.Transport.Supervision;
using Microsoft.Extensions.Logging.Abstractions;

namespace BrokerServe.Router.Tests.Egress;

/// <summary>The publishing loop for answers of one router, and requests that have just lost their last replica.</summary>
internal sealed class CopyRig : ISettler
{
    public const string ReplyTo = "brokerserve.reply.p";

    private readonly ByteBudget _budget = new(1_000_000);
    private readonly RequestPool _requests = new();
    private readonly Channel<ulong> _settled = Channel.CreateUnbounded<ulong>();
    private readonly AnswerDesk _desk;
    private ulong _tag;

    public CopyRig()
    {
        _desk = new AnswerDesk(
            Names, QueueType.Classic, new RouterClock(TimeProvider.System), new RouterMetrics(new TestMeters()), _budget, NullLoggerFactory.Instance);
        Connect();
    }

    public ObjectNames Names { get; } = new();

    /// <summary>The present connection.</summary>
    public ScriptedConnection Connection { get; private set; } = null!;

    public ScriptedPublisher Broker => Connection.Publisher;

    /// <summary>Ends when the loop does: with its connection, or when all is out after <see cref="Stop"/>.</summary>
    public Task Running { get; private set; } = Task.CompletedTask;

    /// <summary>Nothing was settled that was not looked at.</summary>
    public bool IsNothingSettled => _settled.Reader.Count == 0;

    /// <summary>Waits until no bytes of requests are held and all requests are back in their pool, which is just after they are settled.</summary>
    public Task NothingHeldAsync() => Patience.For(UntilNothingIsHeldAsync(), "something of a settled request was still held");

    /// <summary>A request is answered <c>replica_lost</c> after two attempts.</summary>
    public void Lose(string? replyTo = ReplyTo, string? shardKey = null)
    {
        var deliveries = PendingDelivery.CreatePool();
        var request = _requests.Rent();
        request.Delivery = deliveries.Rent();
        request.Delivery.Begin(this, ++_tag);
        request.Endpoint = "greet";
        request.Backend = "v1";
        request.ReplyTo = replyTo;
        request.CorrelationId.Set("c-1");
        request.MessageId.Set("m-1");
        request.Priority = 7;
        request.Attempts = 1;
        request.NoteLoss("r1", request.ArrivedMs + 10);
        request.Attempts = 2;
        request.NoteLoss("r2", request.ArrivedMs + 30);
        request.Call = Encode();
        request.HasShardKey = shardKey is not null;
        request.ShardKey = PooledBytes.CopyOf(Encoding.UTF8.GetBytes(shardKey ?? ""));
        Assert.True(_budget.TryTake(request.HeldBytes), "The budget is too small for the test.");
        request.Error = RouterErrors.ReplicaLost("v1", request.Attempts);
        request.Status = request.Error.Status;
        request.Copy = CopyState.Due;
        _desk.Take(request);
    }

    /// <summary>The connection is lost, and the loop goes on with the next one.</summary>
    public async Task ReconnectAsync()
    {
        Connection.Abort();
        await Patience.For(Running, "the loop did not end with its connection");
        Connect();
    }

    /// <summary>The router stops: the loop ends when everything is out.</summary>
    public void Stop() => _desk.AtLeastOnce.Complete();

    /// <summary>The next delivery that is settled, now or soon.</summary>
    public Task<ulong> SettledAsync() => Patience.For(_settled.Reader.ReadAsync().AsTask(), "the request was not settled");

    void ISettler.Settle(ulong deliveryTag, bool atOnce) => _settled.Writer.TryWrite(deliveryTag);

    void ISettler.Requeue(ulong deliveryTag) => Assert.Fail("What was answered was given back to the broker.");

    private async Task UntilNothingIsHeldAsync()
    {
        while ((_budget.Held, _requests.Outstanding) != (0, 0))
        {
            await Task.Delay(1);
        }
    }

    private void Connect()
    {
        Connection = new ScriptedConnection();
        Running = _desk.AtLeastOnce.RunAsync(Connection, CancellationToken.None);
    }

    private static PooledBytes Encode()
    {
        var metadata = new MetadataWriter();
        metadata.Add("meta-tenant"u8, "ada"u8);
        metadata.Add("x-forwarded-for"u8, 7);
        var call = new Call
        {
            Payload = "poison"u8,
            Method = "brew"u8,
            Endpoint = "greet",
            ContentType = "text/plain"u8,
            MessageId = "m-1"u8,
            AppId = "shop"u8,
            TraceParent = "00-1"u8,
            Metadata = metadata.Block(),
        };
        var buffer = new byte[call.MaxEncodedBytes];
        return PooledBytes.CopyOf(buffer.AsSpan(0, call.Encode(buffer)));
    }
}
