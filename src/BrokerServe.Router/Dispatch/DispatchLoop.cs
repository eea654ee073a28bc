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
    private readonly AnswerDesk _answers;
    private readonly Action _onFailure;
    private readonly RouterClock _clock;
    private readonly ILogger _logger;
    private volatile bool _needsTicks;
    private volatile bool _isVacant;
    private volatile bool _ended;
    private int _abandoning;

    public DispatchLoop(
        string router, BackendModel backend, SlotTable slots, RouterClock clock, FramePublisher frames, AnswerDesk answers,
        RouterMetrics metrics, int clockSkewMs, Action onFailure, ILogger<DispatchLoop> logger)
    {
        _answers = answers;
        _onFailure = onFailure;
        _slots = slots;
        _clock = clock;
        _logger = logger;
        _dispatcher = new BackendDispatcher(router, backend, slots, _outbox, clockSkewMs);
        _frameCredit = new FrameCredit(this);
        _sender = new OutboxSender(router, clock, frames, answers, metrics, _frameCredit);
        _tick = new TickMail();
        _room = new RoomMail();
        Backend = backend.Name;
    }

    public string Backend { get; }

    /// <summary>It takes no more mail; what is posted is given back.</summary>
    public bool HasEnded => _ended;

    /// <summary>The loop's number in its tickets.</summary>
    public int Number => _slots.Loop;

    public SlotTable Slots => _slots;

    /// <summary>The backend was removed and nothing of it is at any replica: the slots may serve another loop once this one has ended.</summary>
    public bool IsVacant => _isVacant;

    public BackendGauges Gauges { get; } = new();

    public DispatchCounters Counters => _dispatcher.Counters;

    /// <summary>Adds an event. Any thread.</summary>
    public void Post(Mail mail)
    {
        _mailbox.Post(mail);
        if (_ended)
        {
            AbandonLeftovers();
        }
    }

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

    /// <summary>It has looked at all its mail, and waits for more. Any thread.</summary>
    public bool IsQuiet(ref long sleeps) => _ended || _mailbox.IsQuiet(ref sleeps);

    /// <summary>No more will be posted; <see cref="RunAsync"/> ends when what is there was taken.</summary>
    public void Complete() => _mailbox.Complete();

    /// <summary>Takes turns until <see cref="Complete"/>.</summary>
    public async Task RunAsync()
    {
        while (await _mailbox.WaitAsync().ConfigureAwait(false))
        {
            Turn();
        }

        // From here on whoever posts sees _ended, or this look sees what was posted: the mailbox's exchange is the fence between.
        _ended = true;
        AbandonLeftovers();
    }

    private void Turn()
    {
        _dispatcher.NowMs = _clock.NowMs;
        _outbox.FrameCredit = _frameCredit.Available;

        // Decide.
        for (var taken = 0; taken < MailPerTurn && _mailbox.TryTake(out var mail); taken++)
        {
            try
            {
                mail.Deliver(_dispatcher);
            }
#pragma warning disable CA1031 // The top of a loop: one bad event must not stop the backend.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Fail(mail.GetType().Name, exception);
            }
        }

        // Do.
        try
        {
            using var together = HeldWakes.Begin();
            _sender.Send(_outbox, _dispatcher.Sync);
        }
#pragma warning disable CA1031 // The top of a loop, as above.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Fail("sending", exception);
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

    /// <summary>A defect of ours: what it left half done is only sure to be made good when the broker delivers everything of this epoch again.</summary>
    private void Fail(string what, Exception exception)
    {
        Counters.Failures++;
        LogTurnFailed(Backend, what, exception);
        _onFailure();
    }

    private void AbandonLeftovers()
    {
        // One at a time: the queue has one reader. Who is turned away leaves it to the one inside, who looks again after leaving.
        do
        {
            if (Interlocked.Exchange(ref _abandoning, 1) == 1)
            {
                return;
            }

            while (_mailbox.TryTake(out var mail))
            {
                if (mail is Request request)
                {
                    _answers.Requeue(request);
                }
                else
                {
                    mail.Abandon();
                }
            }

            Interlocked.Exchange(ref _abandoning, 0);
        }
        while (!_mailbox.IsEmpty);
    }

    [LoggerMessage(1001, LogLevel.Error, "The dispatch loop of backend {Backend} failed at {What}. The broker delivers this epoch's requests again.")]
    private partial void LogTurnFailed(string backend, string what, Exception exception);
}
