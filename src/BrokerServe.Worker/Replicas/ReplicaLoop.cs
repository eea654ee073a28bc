using System.Runtime.InteropServices;
using BrokerServe.Worker.Replies;
using BrokerServe.Worker.Running;
using BrokerServe.Worker.Scheduling;
using BrokerServe.Worker.Telemetry;
using Microsoft.Extensions.Logging;

namespace BrokerServe.Worker.Replicas;

/// <summary>The shell around one replica's scheduler: takes the mail, lets it decide, does what it decided, turn by turn.</summary>
/// <remarks>
/// Runs as long as the worker, through all lives of its replica. It alone touches the scheduler; it never awaits the broker or a handler.
/// A turn: (1) take mail; (2) decide; (3) do; (4) settle what was taken; (5) arm the timer.
/// </remarks>
internal sealed partial class ReplicaLoop
{
    /// <summary>
    /// Mail per turn: enough that replies which become ready together leave together, few enough for a turn below a millisecond.
    /// </summary>
    private const int MailPerTurn = 1_024;

    /// <summary>
    /// Replies that may wait for the broker before the loop stops settling deliveries: far more than are held in any sane system, so this
    /// only ever works when a router floods a replica with queries that are refused, while an alarm keeps the refusals from leaving.
    /// </summary>
    private const int MaxUnsentReplies = 16_384;

    private readonly ReplicaMailbox _mailbox;
    private readonly ReplicaScheduler _scheduler;
    private readonly QueryRunner _runner;
    private readonly Reconfigurer _reconfigurer;
    private readonly WorkerMetrics _metrics;
    private readonly WorkerClock _clock;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private readonly List<ulong> _taken = []; // Deliveries of this life that were taken and not settled.
    private int _takenNow; // Mail of this turn.
    private long _armedForMs = long.MaxValue;
    private ReplicaLife? _life;
    private PresenceState _lastState;
    private int _held;
    private int _running;
    private volatile bool _isInService;

    public ReplicaLoop(
        string backend, int place, ReplicaMailbox mailbox, ReplicaScheduler scheduler, QueryRunner runner, Reconfigurer reconfigurer,
        WorkerMetrics metrics, WorkerClock clock, ILogger logger)
    {
        Backend = backend;
        Place = place;
        _mailbox = mailbox;
        _scheduler = scheduler;
        _runner = runner;
        _reconfigurer = reconfigurer;
        _metrics = metrics;
        _clock = clock;
        _logger = logger;
        _timer = clock.Time.CreateTimer(
            static mailbox => ((ReplicaMailbox)mailbox!).Post(ReplicaMail.Of(MailKind.Tick)),
            mailbox,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
    }

    public string Backend { get; }

    /// <summary>Which of the process's replicas of this backend it is; unlike the replica's id it outlives connections.</summary>
    public int Place { get; }

    /// <summary>Announced and not draining. Any thread.</summary>
    public bool IsInService => _isInService;

    /// <summary>Queries taken and not answered. Any thread.</summary>
    public int Held => Volatile.Read(ref _held);

    /// <summary>Queries whose handlers run. Any thread.</summary>
    public int Running => Volatile.Read(ref _running);

    /// <summary>Something was said that the broker has not got yet. Any thread.</summary>
    public bool IsSending => Volatile.Read(ref _life) is { Sender.Pending: > 0 };

    /// <summary>Takes turns until the mailbox is complete.</summary>
    public async Task RunAsync()
    {
        while (await _mailbox.WaitAsync().ConfigureAwait(false))
        {
            try
            {
                Turn();
            }
            catch (Exception exception)
            {
                // A defect of ours. A query may have been forgotten unanswered, so the life ends: the routers see the replica go and send
                // its queries elsewhere.
                _life?.Fail();
                _logger.TurnFailed(exception, _life?.Replica, Backend);
            }
            finally
            {
                _mailbox.Done(_takenNow);
            }
        }

        await _timer.DisposeAsync().ConfigureAwait(false);
    }

    private void Turn()
    {
        var now = _clock.NowMs;

        try
        {
            // Step 1: take mail.
            for (_takenNow = 0; _takenNow < MailPerTurn && _mailbox.TryTake(out var mail);)
            {
                _takenNow++;
                Take(mail, now);
            }

            // Step 2: decide.
            _scheduler.Turn(now);
        }
        finally
        {
            // Step 3: do. Also what was decided before something failed: a start that is not done would keep its place for ever.
            Do();
        }

        // Step 4: settle. What was taken is in our memory, and the next deliveries may come.
        Settle();

        // Step 5: come back when something is due.
        Arm(now);
        Volatile.Write(ref _held, _scheduler.HeldCount);
        Volatile.Write(ref _running, _scheduler.Running);
        _isInService = _scheduler.State == PresenceState.Present;
    }

    private void Do()
    {
        var outbox = _scheduler.Outbox;
        try
        {
            Act(outbox);
            Report(outbox);
        }
        finally
        {
            outbox.Clear();
        }
    }

    private void Act(ReplicaOutbox outbox)
    {
        foreach (var work in outbox.Starts)
        {
            work.Start(_runner);
        }

        foreach (var work in outbox.Cancels)
        {
            _runner.Cancel(work);
        }

        foreach (ref readonly var outgoing in CollectionsMarshal.AsSpan(outbox.Outgoing))
        {
            _life!.Sender.Post(outgoing);
        }

        if (outbox.UserConfig is { } text)
        {
            _reconfigurer.Post(text);
        }

        if (outbox.HasLeft)
        {
            _life!.Leave();
        }
    }

    /// <summary>Counts and logs, last: listeners and log providers are other people's code, and may throw.</summary>
    private void Report(ReplicaOutbox outbox)
    {
        foreach (ref readonly var outgoing in CollectionsMarshal.AsSpan(outbox.Outgoing))
        {
            if (outgoing.Kind == OutgoingKind.Reply)
            {
                _metrics.Answered(Backend, outgoing.Method, outgoing.Status);
            }
        }

        foreach (var reason in outbox.Discards)
        {
            _metrics.Discarded(Backend, reason);
        }

        var state = _scheduler.State;
        if (state == _lastState || _life is not { } life)
        {
            return;
        }

        _lastState = state;
        switch (state)
        {
            case PresenceState.Draining:
                _logger.Draining(life.Replica, Backend, _scheduler.HeldCount);
                break;
            case PresenceState.Stopping:
                _logger.Stopping(life.Replica, Backend, _scheduler.HeldCount);
                break;
            case PresenceState.Left:
                _logger.Left(life.Replica, Backend);
                break;
        }
    }

    private void Settle()
    {
        if (_taken.Count == 0 || _life!.Sender.Pending > MaxUnsentReplies)
        {
            return;
        }

        foreach (var tag in _taken)
        {
            _life.Settler.Settle(tag);
        }

        _taken.Clear();
    }

    private void Arm(long now)
    {
        var next = _scheduler.NextMs;
        if (next >= _armedForMs)
        {
            return;
        }

        // An earlier alarm stays as it is: it ticks once for nothing, which is cheaper than moving it for every query that is answered.
        _armedForMs = next;
        _timer.Change(TimeSpan.FromMilliseconds(Math.Max(1, next - now)), Timeout.InfiniteTimeSpan);
    }
}
