using System.Diagnostics;
using BrokerServe.Protocol;
using BrokerServe.Worker.Handlers;
using BrokerServe.Worker.Replies;

namespace BrokerServe.Worker.Scheduling;

/// <summary>Decides for one replica: what is held, what starts when, what is answered how, when it may leave.</summary>
/// <remarks>
/// A state machine without I/O, clock, lock or await: events come in by its methods, decisions go out by <see cref="Outbox"/>. Owned by
/// the replica's loop, and it outlives connections, so that handlers of a lost life still count at the gate. The law: every query that
/// <see cref="Take"/> does not discard is answered exactly once, unless the life in which it came has ended.
/// </remarks>
internal sealed partial class ReplicaScheduler
{
    private readonly HandlerTable _handlers;
    private readonly QueryEnvironment _environment;
    private readonly WaitingLine _line = new();
    private readonly DeadlineHeap _deadlines = new();
    private readonly RouterTable _routers = new();
    private readonly Gate _gate;
    private readonly Presence _presence;
    private readonly BatchRules _rules;
    private readonly int _announcedLimit;
    private readonly Batch?[] _openBatches; // By handler index: the batch that the method's next query joins.
    private string _replica = "";

    public ReplicaScheduler(HandlerTable handlers, QueryEnvironment environment, WorkerModel model)
    {
        _handlers = handlers;
        _environment = environment;
        _gate = new Gate(model.MaxConcurrentQueries);
        _announcedLimit = model.AnnouncedLimit;
        _presence = new Presence((long)model.GracePeriod.TotalMilliseconds);
        _rules = new BatchRules(model.MaxBatchSize, model.BatchWaitTimeout);
        _openBatches = new Batch?[handlers.Count];
    }

    public ReplicaOutbox Outbox { get; } = new();

    /// <summary>Queries of this life that are not answered yet.</summary>
    public int HeldCount { get; private set; }

    /// <summary>Handlers that run, those of earlier lives included.</summary>
    public int Running => _gate.Running;

    public int Limit => _gate.Limit;

    public PresenceState State => _presence.State;

    /// <summary>When <see cref="Turn"/> has something to do even if nothing happens.</summary>
    public long NextMs
    {
        get
        {
            var next = Math.Min(_deadlines.NextMs, _presence.NextMs);
            foreach (var batch in _openBatches)
            {
                if (batch is { IsInLine: false })
                {
                    next = Math.Min(next, batch.DueMs);
                }
            }

            return next;
        }
    }

    /// <summary>Ends a turn: what the mail of this turn and the time made due.</summary>
    public void Turn(long now)
    {
        // Step 1: whoever ran out of time gives up.
        while (_deadlines.TakeDue(now) is { } late)
        {
            GiveUp(late, ReplyStatus.DeadlineExceeded);
        }

        // Step 2: batches that have waited long enough stand in line, even if they are not full.
        foreach (var batch in _openBatches)
        {
            if (batch is { IsInLine: false } && batch.DueMs <= now)
            {
                _line.Append(batch);
            }
        }

        // Step 3: first come first served through the gate.
        while (_line.First is { } first && TryStart(first))
        {
        }

        // Step 4: announce what is due, and leave when it is time.
        AdvancePresence(now);
    }

    /// <summary>A handler has ended, whichever life it began in.</summary>
    public void Ended(Work work)
    {
        if (work is HeldQuery query)
        {
            _gate.Leave(1);
            AnswerOutcome(query);
            return;
        }

        var batch = (Batch)work;
        _gate.Leave(batch.Members.Count);
        foreach (var member in batch.Members)
        {
            AnswerOutcome(member);
        }
    }

    private bool TryStart(Work work) => work is Batch batch ? TryStart(batch) : TryStart((HeldQuery)work);

    private bool TryStart(HeldQuery query)
    {
        if (!_gate.HasRoomFor(1))
        {
            return false;
        }

        _gate.Enter(1);
        _line.Remove(query);
        query.Phase = QueryPhase.Running;
        Outbox.Starts.Add(query);
        return true;
    }

    /// <summary>
    /// A batch at the head of the line waits until there is a place for each of its members: starting with fewer would never fill a batch
    /// beside a busy method, and letting others pass would starve it.
    /// </summary>
    private bool TryStart(Batch batch)
    {
        var places = Math.Min(batch.Members.Count, FullSize(batch.Handler));
        if (!_gate.HasRoomFor(places))
        {
            return false;
        }

        _gate.Enter(places);
        var started = batch;
        if (places == batch.Members.Count)
        {
            _line.Remove(batch);
            CloseBatch(batch);
        }
        else
        {
            // The limit or the batch size was cut while it waited: the rest stays at the head of the line.
            started = new Batch(batch.Handler, batch.DueMs);
            started.Members.AddRange(batch.Members[..places]);
            batch.Members.RemoveRange(0, places);
        }

        foreach (var member in started.Members)
        {
            member.Batch = started;
            member.Phase = QueryPhase.Running;
        }

        Outbox.Starts.Add(started);
        return true;
    }

    /// <summary>Nobody waits for a query any more: answered at once when it waits, cancelled when it runs.</summary>
    private void GiveUp(HeldQuery query, ReplyStatus cause)
    {
        if (query.Phase == QueryPhase.Waiting)
        {
            Unqueue(query);
            AnswerError(query, cause, ErrorReplies.For(cause, begun: false));
        }
        else if (query.Phase == QueryPhase.Running && query.GivenUp == ReplyStatus.Ok)
        {
            query.GivenUp = cause;
            Outbox.Cancels.Add(query);
            if (query.Batch is { } batch && ++batch.GivenUp == batch.Members.Count)
            {
                Outbox.Cancels.Add(batch);
            }
        }
    }

    private void Unqueue(HeldQuery query)
    {
        if (query.Batch is not { } batch)
        {
            _line.Remove(query);
            return;
        }

        batch.Members.Remove(query);
        if (batch.Members.Count == 0)
        {
            CloseBatch(batch);
            if (batch.IsInLine)
            {
                _line.Remove(batch);
            }
        }
    }

    private void CloseBatch(Batch batch)
    {
        if (_openBatches[batch.Handler.Index] == batch)
        {
            _openBatches[batch.Handler.Index] = null;
        }
    }

    private void AnswerOutcome(HeldQuery query)
    {
        if (query.Phase == QueryPhase.Answered)
        {
            return;
        }

        var outcome = query.Outcome;
        if (outcome.IsCancellation && query.GivenUp != ReplyStatus.Ok)
        {
            AnswerError(query, query.GivenUp, ErrorReplies.For(query.GivenUp, begun: true));
        }
        else
        {
            Answer(query, outcome.Status, outcome.ContentType, outcome.Payload);
        }
    }

    private void AnswerError(HeldQuery query, ReplyStatus status, byte[] body) => Answer(query, status, ContentTypes.Error, body);

    private void Answer(HeldQuery query, ReplyStatus status, string? contentType, ReadOnlyMemory<byte> payload)
    {
        Debug.Assert(query.Phase != QueryPhase.Answered, "A query is answered once.");
        query.Phase = QueryPhase.Answered;
        _deadlines.Remove(query);
        var removed = query.Router.Held.Remove(query.Ticket.Value);
        Debug.Assert(removed, "What is answered was held.");
        HeldCount--;
        Outbox.Outgoing.Add(
            Outgoing.Reply(query.Router.Route, query.Ticket, status, contentType, payload, query.Handler.Method));
    }

    /// <summary>How many queries make a batch full: never more than may run.</summary>
    private int FullSize(BatchHandler handler) => Math.Min(_gate.Limit, _rules.SizeOf(handler));
}
