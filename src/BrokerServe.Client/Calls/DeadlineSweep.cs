using BrokerServe.Client.Publishing;
using BrokerServe.Protocol;

namespace BrokerServe.Client.Calls;

/// <summary>Ends calls whose time has run out. Asks nothing of the broker, so that it works while the broker is away.</summary>
/// <remarks>One timer for all calls, which runs only while there are any.</remarks>
internal sealed class DeadlineSweep : IAsyncDisposable
{
    // Fine enough for people and for the shortest sensible timeouts; 100 looks at the deadlines in a second cost nothing one can see.
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(10);

    private readonly CallTable _calls;
    private readonly ClientClock _clock;
    private readonly Gate _gate;
    private readonly Mailbox _mailbox;
    private readonly ITimer _timer;
    private int _armed;

    public DeadlineSweep(CallTable calls, ClientClock clock, Gate gate, Mailbox mailbox)
    {
        _calls = calls;
        _clock = clock;
        _gate = gate;
        _mailbox = mailbox;
        _timer = clock.Time.CreateTimer(
            static sweep => ((DeadlineSweep)sweep!).OnTick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Makes sure that the timer runs. After a slot was rented; any thread.</summary>
    public void Arm()
    {
        // Renting was an interlocked operation, a full fence: either this sees the timer unarmed, or OnTick sees the call.
        if (Volatile.Read(ref _armed) == 0 && Interlocked.Exchange(ref _armed, 1) == 0)
        {
            _timer.Change(Period, Timeout.InfiniteTimeSpan);
        }
    }

    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    private void OnTick()
    {
        EndExpired();

        // Mail of ended calls keeps slots from being used again, and a blocked connection does not say when it is free: both are
        // looked at by the publishing loop whenever it wakes.
        if (_calls.HasWaitingEnded || _gate.IsHeldUp)
        {
            _mailbox.Nudge();
        }

        // Clear the flag, then look again: see Arm.
        Interlocked.Exchange(ref _armed, 0);
        if (_calls.Pending > 0 || _calls.HasWaitingEnded)
        {
            Arm();
        }
    }

    private void EndExpired()
    {
        var now = _clock.NowMs;
        CallOutcome? unsent = null;
        for (var i = _calls.NextExpired(0, now); i >= 0; i = _calls.NextExpired(i + 1, now))
        {
            var call = _calls.At(i);
            if (call is null)
            {
                continue;
            }

            // The generation is read before the deadline is looked at again: a slot that was given to a new call in between has
            // another generation or a later deadline, and is left alone.
            if (call.IsWaiting(out var generation) && _calls.HasExpired(i, now))
            {
                unsent ??= CallOutcome.Local(ReplyStatus.Unavailable, $"The request was not sent by its deadline: {_gate.Describe()}");
                if (call.TryEndWaiting(generation, unsent.Value))
                {
                    continue;
                }
            }

            if (call.IsSent(out generation) && _calls.HasExpired(i, now))
            {
                call.TryEndSent(generation, Endings.TimedOut(call.Request.OneWay));
            }
        }
    }
}
