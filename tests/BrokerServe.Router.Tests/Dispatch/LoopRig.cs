using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Protocol.Commands;
using BrokerServe.Protocol.Frames;
using BrokerServe.Router.Configuration;
using BrokerServe.Router.Dispatch;
using BrokerServe.Router.Egress;
using BrokerServe.Router.Ingress;
using BrokerServe.Router.Routing;
using BrokerServe.Router.Telemetry;
using BrokerServe.Transport;
using BrokerServe.Transport.Buffers;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace BrokerServe.Router.Tests.Dispatch;

/// <summary>The production loop and publishing loop on real threads. The channel stands still until opened; then every query is answered at once.</summary>
internal sealed class LoopRig : IPublisher
{
    private readonly CancellationTokenSource _closed = new();
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly FramePublisher _frames;
    private readonly RequestPool _pool = new();
    private readonly PooledBytes _call;
    private readonly Task _publishing;

    public LoopRig(int replicas, int limit)
    {
        var clock = new RouterClock(Time);
        var metrics = new RouterMetrics(new TestMeters());
        _frames = new FramePublisher(clock, NullLogger<FramePublisher>.Instance);
        var desk = new AnswerDesk(new ObjectNames(), QueueType.Classic, clock, metrics, new ByteBudget(long.MaxValue), NullLoggerFactory.Instance);
        var model = new BackendModel("backend", new BackendConfig { MaxQueuedQueries = 65_000 });
        Clock = clock;
        Loops = new DispatchLoops((backend, slots) =>
            new DispatchLoop("router", backend, slots, clock, _frames, desk, metrics, 5_000, () => { }, NullLogger<DispatchLoop>.Instance));
        Loop = Loops.Add(model);
        _publishing = _frames.RunAsync(this);
        _call = Encode();
        Tell(dispatcher => dispatcher.Resync(new SyncCommand("router", 1, 1, "replies")));
        for (var i = 0; i < replicas; i++)
        {
            var name = $"r{i}";
            Tell(dispatcher => dispatcher.Join(name, $"queue.{name}", Dialect.Framed, limit));
        }
    }

    public FakeTimeProvider Time { get; } = new();

    public RouterClock Clock { get; }

    public DispatchLoops Loops { get; }

    public DispatchLoop Loop { get; }

    /// <summary>Requests that have not ended.</summary>
    public int Outstanding => _pool.Outstanding;

    public long Written { get; private set; }

    public CancellationToken Closed => _closed.Token;

    public ulong NextSequence => 1;

    /// <summary>One-way requests, so that nobody has to be answered when they have ended.</summary>
    public void Send(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var request = _pool.Rent();
            request.Endpoint = "endpoint";
            request.Backend = "backend";
            request.Epoch = 1;
            request.DeadlineMs = 1_000;
            request.Call = PooledBytes.CopyOf(_call.Span);
            Loop.Post(request);
        }
    }

    public void Tell(Action<BackendDispatcher> tell) => Loop.Post(new ControlMail(tell));

    /// <summary>Completes when the loop has taken all that was posted before.</summary>
    public Task<TResult> AskAsync<TResult>(Func<BackendDispatcher, TResult> ask)
    {
        var answer = new TaskCompletionSource<TResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        Tell(dispatcher => answer.SetResult(ask(dispatcher)));
        return answer.Task;
    }

    public Task WhenAllEndedAsync() => _pool.WhenAllReturnedAsync();

    public void OpenChannel() => _open.TrySetResult();

    public async Task EndAsync()
    {
        _frames.Complete();
        await Loops.CompleteAsync();
        await _publishing;
    }

    public async ValueTask PublishAsync(OutboundMessage message)
    {
        await _open.Task;
        Written++;
        if (message.Properties.ContentType == ContentTypes.Queries)
        {
            Answer(message.Body.Span);
        }
    }

    ValueTask IPublisher.PublishAsync(in OutboundMessage message) => PublishAsync(message);

    public ValueTask DisposeAsync() => default;

    private void Answer(ReadOnlySpan<byte> frame)
    {
        Assert.True(QueryFrameReader.TryOpen(frame, out _, out var reader));
        while (reader.TryRead(out var query))
        {
            var ticket = query.Ticket;
            Tell(dispatcher => Assert.True(dispatcher.Reply(ticket, ReplyStatus.Ok, default, contentType: null)));
        }
    }

    private static PooledBytes Encode()
    {
        var call = new Call { Endpoint = "endpoint" };
        var bytes = new byte[call.MaxEncodedBytes];
        return PooledBytes.CopyOf(bytes.AsSpan(0, call.Encode(bytes)));
    }
}
