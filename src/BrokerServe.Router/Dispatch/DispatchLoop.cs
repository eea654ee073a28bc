using BrokerServe.Router.Egress;
using BrokerServe.Router.Mailboxes;
using BrokerServe.Router.Routing;
using BrokerServe.Router.Telemetry;
using Microsoft.Extensions.Logging;

namespace BrokerServe.Router.Dispatch;

/// <summary>The shell around one backend's dispatcher: a mailbox with many writers and this one reader, turn by turn.</summary>
/// <remarks>
/// A turn takes the mail that waits, lets the dispatcher decide, and hands the decisions on. It never awaits the broker, so that deadlines
/// and cancellations go on whatever the broker does. The mailbox is bounded by what can be posted: requests by prefetch, replies by the
/// replies' prefetch, the rest by the numbers of replicas and commands.
/// </remarks>
internal sealed partial class DispatchLoop
{
    /// <summary>Mail per turn: enough for batches to form by themselves, few enough that decisions leave within a millisecond.</summary>
    private const int MailPerTurn = 1_024;

    private readonly Mailbox<Mail> _mailbox = new();
    private readonly Outbox _outbox = new();
    private readonly FrameCredit _frameCredit;
    private readonly TickMail _tick;
    private readonly RoomMail _room;
    private readonly SlotTable _slots;
    private readonly BackendDispatcher _dispatcher;
    private readonly OutboxSender _sender;
    private readonly RouterClock _clock;
    private readonly ILogger _logger;
    private volatile bool _needsTicks;
    private volatile bool _isVacant;

    public DispatchLoop(
        string router, BackendModel backend, SlotTable slots, RouterClock clock, FramePublisher frames, AnswerDesk answers,
        RouterMetrics metrics, ILogger<DispatchLoop> logger)
    {
        _slots = slots;
        _clock = clock;
        _logger = logger;
        _dispatcher = new BackendDispatcher(router, backend, slots, _outbox);
        _frameCredit = new FrameCredit(this);
        _sender = new OutboxSender(router, clock, frames, answers, metrics, _frameCredit);
        _tick = new TickMail();
        _room = new RoomMail();
        Backend = backend.Name;
    }

    public string Backend { get; }

    /// <summary>The loop's number in its tickets.</summary>
    public int Number => _slots.Loop;

    public SlotTable Slots => _slots;

    /// <summary>The backend was removed and nothing of it is at any replica: the slots may serve another loop once this one has ended.</summary>
    public bool IsVacant => _isVacant;

    public BackendGauges Gauges { get; } = new();

    public DispatchCounters Counters => _dispatcher.Counters;

    /// <summary>Adds an event. Any thread.</summary>
    public void Post(Mail mail) => _mailbox.Post(mail);

    /// <summary>Lets time pass for the dispatcher, when it has anything to wait for. Any thread.</summary>
    public void Tick()
    {
        if (_needsTicks && _tick.TryClaim())
        {
            _mailbox.Post(_tick);
        }
    }

    /// <summary>The publishing loop can take more of this loop's messages. Any thread, as often as it likes.</summary>
    public void OnRoom()
    {
        if (_room.TryClaim())
        {
            _mailbox.Post(_room);
        }
    }

    /// <summary>No more will be posted; <see cref="RunAsync"/> ends when what is there was taken.</summary>
    public void Complete() => _mailbox.Complete();

    /// <summary>Takes turns until <see cref="Complete"/>.</summary>
    public async Task RunAsync()
    {
        while (await _mailbox.WaitAsync().ConfigureAwait(false))
        {
            try
            {
                Turn();
            }
#pragma warning disable CA1031 // The top of a loop: one bad event must not stop the backend, and the log says which.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                LogTurnFailed(Backend, exception);
            }
        }
    }

    private void Turn()
    {
        _dispatcher.NowMs = _clock.NowMs;
        _outbox.FrameCredit = _frameCredit.Available;

        // Decide.
        for (var taken = 0; taken < MailPerTurn && _mailbox.TryTake(out var mail); taken++)
        {
            mail.Deliver(_dispatcher);
        }

        // Do.
        try
        {
            _sender.Send(_outbox, _dispatcher.Sync);
        }
        finally
        {
            _outbox.Clear();
        }

        _needsTicks = _dispatcher.NeedsTicks;
        _isVacant = _dispatcher.IsVacant;
        Gauges.Take(_dispatcher);
        if (_dispatcher.StarvedOfRoom)
        {
            _frameCredit.AskForRoom();
        }
    }

    [LoggerMessage(1001, LogLevel.Error, "A turn of the dispatch loop of backend {Backend} failed. The loop goes on.")]
    private partial void LogTurnFailed(string backend, Exception exception);
}
