using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Protocol.Commands;
using BrokerServe.Router.Configuration;
using BrokerServe.Router.Dispatch;
using BrokerServe.Router.Routing;
using BrokerServe.Transport.Buffers;

namespace BrokerServe.Benchmarks.Dispatch;

/// <summary>A dispatcher with its replicas, and the requests that go round through it: what its loop and the listeners would do, and no more.</summary>
/// <remarks>
/// Requests carry what production gives them: a cancellation key of the .NET client's form, a deadline 30 s away, a payload. A request that
/// was answered is used again after its state and attempts are reset; what the pool and the listener do to it besides is measured by
/// <see cref="MailboxBenchmarks"/>.
/// </remarks>
internal sealed class DispatchBench
{
    private const int DeadlineMs = 30_000;

    private readonly Outbox _outbox = new();
    private readonly PooledBytes _payload = PooledBytes.CopyOf(new byte[64]);
    private Ring<Request> _idle;
    private Ring<Ticket> _sent;
    private int _turns;

    /// <param name="replicas">How many replicas the backend has.</param>
    /// <param name="limit">What each of them takes.</param>
    /// <param name="requests">Requests that go round.</param>
    public DispatchBench(int replicas, int limit, int requests)
    {
        var config = new BackendConfig { MaxQueuedQueries = Math.Max(1_000, requests) };
        Dispatcher = new BackendDispatcher("router-1", new BackendModel("greet-v1", config), new SlotTable(loop: 1), _outbox);
        Dispatcher.Resync(new SyncCommand("router-1", 1, 1, "brokerserve.router.router-1.1"));
        for (var i = 0; i < replicas; i++)
        {
            Dispatcher.Join($"greet-v1-{i}", $"brokerserve.replica.greet-v1.{i}", Dialect.Framed, limit);
        }

        _idle = new Ring<Request>(requests);
        _sent = new Ring<Ticket>(requests);
        for (var i = 0; i < requests; i++)
        {
            _idle.Add(new Request
            {
                EndpointId = 1,
                Endpoint = "greet",
                Backend = "greet-v1",
                ReplyTo = "brokerserve.reply.load-5f0c3e9a1b7d.1",
                CorrelationId = ShortText.Of($"5f0c3e9a1b7d-{0x100000 + i:x}"),
                Epoch = 1,
                Call = _payload,
            });
        }

        BeginTurn();
    }

    public BackendDispatcher Dispatcher { get; }

    /// <summary>An idle request as the listener hands it over, its deadline 30 s from now.</summary>
    public Request NextRequest()
    {
        var request = _idle.Take();
        request.State = RequestState.Unplaced;
        request.Attempts = 0;
        request.DeadlineMs = Dispatcher.NowMs + DeadlineMs;
        return request;
    }

    /// <summary>Lets so many requests arrive, a turn at a time.</summary>
    public void Fill(int requests)
    {
        for (var left = requests; left > 0; left -= AgainstChannel.Batch)
        {
            for (var i = Math.Min(AgainstChannel.Batch, left); i > 0; i--)
            {
                Arrive();
            }

            EndTurn();
        }
    }

    public Ticket NextReply() => _sent.Take();

    public void Arrive() => Dispatcher.Arrive(NextRequest());

    public void Reply() => Dispatcher.Reply(NextReply(), ReplyStatus.Ok, _payload, "application/msgpack");

    /// <summary>Ends a turn as the shell does: takes what was decided, empties the outbox, and lets a millisecond pass.</summary>
    public int EndTurn()
    {
        foreach (var replica in _outbox.Recipients)
        {
            foreach (var query in replica.Decided)
            {
                _sent.Add(query.Ticket);
            }
        }

        foreach (var request in _outbox.Answers)
        {
            _idle.Add(request);
        }

        var answered = _outbox.Answers.Count;
        _outbox.Clear();
        BeginTurn();
        return answered;
    }

    private void BeginTurn()
    {
        Dispatcher.NowMs++;
        _outbox.FrameCredit = FrameCredit.Limit;
        if (++_turns % DeadlineWheel.TickMs == 0)
        {
            Dispatcher.Tick();
        }
    }
}
