using System.Text;
using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Protocol.Commands;
using BrokerServe.Router.Dispatch;
using BrokerServe.Transport.Buffers;

namespace BrokerServe.Router.Tests.Dispatch;

/// <summary>A replica to talk with. It holds what it received until it replies, dies, or does not list it.</summary>
internal sealed class TestReplica(DispatchHarness backend, string name, Dialect dialect, bool isStatic = false)
{
    private readonly Queue<object> _news = new();
    private readonly List<QueryDecision> _held = [];
    private readonly Dictionary<string, Ticket> _lastTickets = [];
    private Replica? _known;
    private int _limit;
    private bool _isThere;
    private bool _drains;
    private bool _isDrained;
    private uint? _awaited;
    private long? _refusedMs;

    public string Name => name;

    /// <summary>What it was told last of its settings; null: nothing yet.</summary>
    public ConfigureCommand? Settings { get; private set; }

    /// <summary>What the router counts against its limit.</summary>
    public int InFlight => _known?.InFlight ?? 0;

    /// <summary>What it would take at once, counted by hand.</summary>
    public int Credit => _isThere && !_drains && _awaited is null && _refusedMs is null && _known is not { IsReserved: true } ? Math.Max(0, _limit - InFlight) : 0;

    /// <summary>Whether it takes queries, though perhaps not at this moment, by hand as well.</summary>
    public bool Serves => _isThere && !_drains && !_isDrained;

    /// <summary>The names of what it holds, in the order of arrival.</summary>
    public IEnumerable<string> Holding => _held.Select(q => q.Request.CorrelationId.ToString());

    public bool Is(Replica replica) => replica.Name == name;

    /// <summary>Whether the router's count of what it holds is the count of what it holds.</summary>
    public bool AgreesWithRouter => dialect == Dialect.Plain || InFlight == _held.Count;

    public void Joins(int limit) => Joins(limit, isDrained: false);

    /// <summary>The operator takes it out of service until it joins again.</summary>
    public void IsTakenOut() => Joins(limit: 0, isDrained: true);

    public void ChangesLimit(int limit)
    {
        _limit = limit;
        backend.Event(dispatcher => dispatcher.SetLimit(name, limit));
    }

    public void Drains()
    {
        _drains = true;
        backend.Event(dispatcher => dispatcher.Drain(name));
    }

    /// <summary>It says good-bye. Its replies are still its own to send: they go by another queue.</summary>
    public void Leaves()
    {
        (_drains, _awaited) = (true, null);
        backend.Event(dispatcher => dispatcher.Leave(name));
    }

    /// <summary>It is gone.</summary>
    /// <param name="returned">The request whose query came back first.</param>
    public void Dies(string returned) => Dies(TicketOf(returned));

    public void Dies(Ticket? returned = null)
    {
        (_isThere, _drains, _awaited, _refusedMs, _known) = (false, false, null, null, null);
        _held.Clear();
        _news.Clear();
        backend.Event(dispatcher => dispatcher.Lose(name, returned));
    }

    /// <summary>The next queries that it got are exactly these; then comes a command, or nothing.</summary>
    public void Receives(params string[] names)
    {
        var got = new List<string>();
        while (_news.TryPeek(out var news) && news is QueryDecision query)
        {
            _news.Dequeue();
            got.Add(query.Request.CorrelationId.ToString());
        }

        Assert.Equal(names, got);
    }

    public void ReceivesNothing() => Assert.Empty(_news);

    /// <summary>The next thing that it got is a command of that kind.</summary>
    public TCommand Receives<TCommand>()
        where TCommand : ReplicaCommand
    {
        Assert.True(_news.TryDequeue(out var news), $"{name} got no {typeof(TCommand).Name}.");
        return Assert.IsType<TCommand>(news);
    }

    /// <summary>The ticket under which it last got a request.</summary>
    public Ticket TicketOf(string request) => _lastTickets[request];

    public int AttemptOf(string request) => _held.Single(q => q.Request.CorrelationId.ToString() == request).Attempt;

    public void Replies(string request, string payload = "done") => Replies(request, ReplyStatus.Ok, payload);

    public void Replies(string request, ReplyStatus status, string payload = "")
    {
        Assert.Contains(request, Holding);
        RepliesTo(TicketOf(request), status, payload);
    }

    /// <summary>Any ticket, whether or not it was ever given out.</summary>
    public void RepliesTo(Ticket ticket, ReplyStatus status = ReplyStatus.Ok, string payload = "done")
    {
        if (_held.RemoveAll(q => q.Ticket == ticket) > 0)
        {
            _refusedMs = status == ReplyStatus.Overloaded ? backend.NowMs : null;
        }

        _drains |= status == ReplyStatus.ShuttingDown && !isStatic;
        backend.Event(dispatcher =>
        {
            var bytes = PooledBytes.CopyOf(Encoding.UTF8.GetBytes(payload));
            if (!dispatcher.Reply(ticket, status, bytes, "text/plain"))
            {
                bytes.Return();
            }
        });
    }

    /// <summary>It answers sync, and lists that much of what it holds.</summary>
    public void Lists(uint incarnation, params string[] names) => ListsTickets(incarnation, [.. names.Select(TicketOf)]);

    public void ListsTickets(uint incarnation, params Ticket[] tickets)
    {
        if (_awaited == incarnation)
        {
            _awaited = null;
            _held.RemoveAll(q => !tickets.Contains(q.Ticket));
        }

        backend.Event(dispatcher => dispatcher.Hold(name, incarnation, tickets));
    }

    /// <summary>Time has passed, and the router is about to be told: what it refused is forgotten after 50 ms.</summary>
    public void Ticks() => _refusedMs = backend.NowMs - _refusedMs >= 50 ? null : _refusedMs;

    private void Joins(int limit, bool isDrained)
    {
        (_limit, _isThere, _isDrained) = (limit, true, isDrained);
        _drains &= !isStatic; // Of the others, none comes back after its good-bye.
        backend.Event(dispatcher => dispatcher.Join(name, "queue." + name, dialect, limit, isStatic, isDrained));
    }

    /// <summary>The harness hands over the queries of a turn.</summary>
    public void Take(Replica decided)
    {
        if (decided.State == ReplicaState.Lost)
        {
            return; // It died in the turn in which they were decided.
        }

        _known = decided;
        foreach (var query in decided.Decided)
        {
            Assert.False(query.Request.DeadlineMs <= backend.NowMs, $"{query.Request.CorrelationId} was sent after its deadline.");
            _news.Enqueue(query);
            _held.Add(query);
            _lastTickets[query.Request.CorrelationId.ToString()] = query.Ticket;
        }

        Assert.True((dialect == Dialect.Plain ? InFlight : _held.Count) <= _limit, $"{name} got a query beyond its limit of {_limit}.");
    }

    /// <summary>The harness hands over a command of a turn.</summary>
    public void Take(ReplicaCommand command)
    {
        if (command is SyncCommand sync)
        {
            _awaited = sync.Incarnation;
        }

        // Every replica is told its settings when it joins: that there are none is news only to one that had some.
        if (command is ConfigureCommand settings)
        {
            var hadNone = Settings is null || SaysNothing(Settings);
            Settings = settings;
            if (hadNone && SaysNothing(settings))
            {
                return;
            }
        }

        _news.Enqueue(command);
    }

    private static bool SaysNothing(ConfigureCommand settings) => settings == new ConfigureCommand(settings.Router);
}
