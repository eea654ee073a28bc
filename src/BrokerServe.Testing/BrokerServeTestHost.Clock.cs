using System.Diagnostics;
using BrokerServe.Testing.Parts;
using BrokerServe.Testing.Time;

namespace BrokerServe.Testing;

/// <content>Time, and waiting.</content>
public sealed partial class BrokerServeTestHost
{
    /// <summary>Parts that start or reconnect need no clock as a rule, so it stands still for a moment before it helps them on.</summary>
    private static readonly TimeSpan ClockStandsStill = TimeSpan.FromMilliseconds(50);

    /// <summary>How far the clock goes at once for who starts: no further than the shortest wait of theirs, and less than any lease.</summary>
    private static readonly TimeSpan StartingStep = TimeSpan.FromMilliseconds(20);

    /// <summary>How far it goes at once for who stops: the 20 s of a grace period in a moment, and no further than a lease is renewed in.</summary>
    private static readonly TimeSpan StoppingStep = TimeSpan.FromMilliseconds(250);

    private readonly SemaphoreSlim _hand = new(1, 1); // One hand moves the clock.

    /// <summary>Waits until nothing moves that could move without the clock.</summary>
    /// <remarks>
    /// <para>No message is on its way, no part has mail that it has not looked at, no handler, middleware or caller runs on a thread. What
    /// waits for the clock, for a reply, or for anything else does not move. So what is true afterwards stays true until the test does
    /// something: what has not been called was not called.</para>
    /// <para>Two things are not seen. Code of the test's own that awaits something outside (a file, a real timer, <c>Task.Run</c>) counts as
    /// waiting, and may go on any time; await what it does. What goes on by way of the thread pool alone, as after <c>Task.Yield</c>, is waited
    /// for until the pool is idle, but not long: it may be busy with another test. And parts that connect again after a fault are waited for
    /// by <see cref="UntilReadyAsync"/>.</para>
    /// </remarks>
    /// <exception cref="TimeoutException">Something moves for 30 s of real time, or a thread is blocked; the message says what.</exception>
    public Task SettleAsync() => Task.Run(_stillness.WaitAsync); // Away from the test's own context, which may have one thread only.

    /// <summary>Lets time pass, from each thing that is due to the next, with everything at rest in between.</summary>
    /// <remarks>
    /// Timeouts, deadlines, batch waits, heartbeats and leases happen at their times and in their order, and each of them with all that follows
    /// from it before the next: a healthy worker does not lose its lease because the test was quick. Everything comes to rest before and after;
    /// see <see cref="SettleAsync"/>. An hour takes some seconds of real time, because routers look at their leases four times a second.
    /// </remarks>
    /// <param name="time">How long; not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="time"/> is negative.</exception>
    /// <exception cref="TimeoutException">Something does not come to rest within 30 s of real time; the message says what.</exception>
    public async Task AdvanceAsync(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        await _hand.WaitAsync().ConfigureAwait(false);
        try
        {
            await Task.Run(() => StepAsync(_time.GetUtcNow() + time)).ConfigureAwait(false);
        }
        finally
        {
            _hand.Release();
        }
    }

    /// <summary>Waits until every part that lives can serve again: after connections were cut, or the broker was restarted.</summary>
    /// <remarks>The clock moves on where somebody waits for it: who connects again waits a little longer each time.</remarks>
    /// <exception cref="TimeoutException">Not within 30 s of real time; the message says who is not ready, and why.</exception>
    public async Task UntilReadyAsync()
    {
        await UntilAsync(() => Readiness.FindUnreadyAsync(Living, Broker)).ConfigureAwait(false);
        Array.ForEach(Living, static part => part.Broker.NoteReady());
        await SettleAsync().ConfigureAwait(false); // What the looking has set in motion.
    }

    /// <summary>Stops the broker, and waits until every part has noticed.</summary>
    /// <remarks>Requests that are persistent and confirmed stay in their queues; everything else that the broker held is gone.</remarks>
    /// <exception cref="TimeoutException">A part has not noticed within 30 s of real time; the message says which.</exception>
    public Task StopBrokerAsync()
    {
        Broker.Stop();
        return UntilAsync(() => Readiness.FindUnawareAsync(Living));
    }

    /// <summary>Starts the broker again, and waits until every part is back.</summary>
    /// <exception cref="TimeoutException">Not within 30 s of real time; the message says who is not ready, and why.</exception>
    public Task StartBrokerAsync()
    {
        Broker.Start();
        return UntilReadyAsync();
    }

    private TestPart[] Living => Snapshot(static part => part.State == PartState.Living);

    /// <summary>Waits until there is nothing to wait for, and moves the clock on when that takes a while.</summary>
    private async Task UntilAsync(Func<Task<string?>> findObstacle)
    {
        var since = Stopwatch.GetTimestamp();
        while (true)
        {
            await SettleAsync().ConfigureAwait(false);
            if (await findObstacle().ConfigureAwait(false) is not { } obstacle)
            {
                return;
            }

            var waited = Stopwatch.GetElapsedTime(since);
            if (waited > Stillness.Patience)
            {
                throw new TimeoutException($"Not within {Stillness.Patience.TotalSeconds:0} s: {obstacle}");
            }

            await Task.Delay(1).ConfigureAwait(false);
            if (waited > ClockStandsStill)
            {
                await AdvanceAsync(StartingStep).ConfigureAwait(false);
            }
        }
    }

    private async Task StepAsync(DateTimeOffset end)
    {
        await _stillness.WaitAsync().ConfigureAwait(false);
        for (var now = _time.GetUtcNow(); now < end; now = _time.GetUtcNow())
        {
            var next = _time.NextDue is { } due && due < end ? due : end;

            // A tick at least: a timer that is overdue must not hold the clock.
            _time.Advance(next > now ? next - now : TimeSpan.FromTicks(1));
            await _stillness.WaitAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Lets the clock run while somebody works who may wait for it.</summary>
    private async Task RunClockUntilAsync(Task work)
    {
        while (!work.IsCompleted)
        {
            await Task.WhenAny(work, Task.Delay(1)).ConfigureAwait(false);
            if (!work.IsCompleted)
            {
                _time.Advance(StoppingStep);
            }
        }

        await work.ConfigureAwait(false);
    }
}
