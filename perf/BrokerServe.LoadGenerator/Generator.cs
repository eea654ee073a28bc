using System.Collections.Concurrent;
using System.Diagnostics;

namespace BrokerServe.LoadGenerator;

/// <summary>Says when requests are sent and measures what they take; the same for every kind of client, so that only the clients differ.</summary>
/// <remarks>
/// A closed loop counts replies that come while it measures. An open loop counts requests that are due while it measures, whenever their
/// replies come, and from when they were due: what a stall delays is not left out of the percentiles (no coordinated omission).
/// </remarks>
public sealed class Generator
{
    /// <summary>The phase in which requests count.</summary>
    public const string Measuring = "measuring";

    /// <summary>The phase behind it.</summary>
    public const string Measured = "measured";

    private readonly LoadSettings _settings;
    private readonly Latencies _latencies = new();
    private readonly long[] _begun; // By slot: when its request was sent, or was due.
    private readonly ConcurrentQueue<int> _free = []; // Of an open loop: slots without a request.
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _measureFrom;
    private long _measureTo;
    private int _outstanding;
    private bool _sentAll; // Of an open loop.

    /// <summary>A generator for one run.</summary>
    public Generator(LoadSettings settings)
    {
        _settings = settings;
        _begun = new long[settings.Concurrency];
    }

    /// <summary>How long replies may take to come once no more requests are sent; what is missing then counts as lost.</summary>
    /// <value>Default 10 s: a broker that is behind by more than that was not measured at its best.</value>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Slots, numbered from 0; each has at most one request under way.</summary>
    public int Slots => _begun.Length;

    /// <summary>Completes when every slot of a closed loop has begun; until then the target's own thread must not send.</summary>
    public Task Started => _started.Task;

    /// <summary>Lets requests flow.</summary>
    /// <param name="target">Where they go.</param>
    /// <param name="onPhase">Told <see cref="Measuring"/> and <see cref="Measured"/> when it is so, within some milliseconds.</param>
    /// <param name="stopping">Ends the run early; what was measured until then is reported.</param>
    public async Task<LoadReport> RunAsync(ITarget target, Action<string> onPhase, CancellationToken stopping)
    {
        var begin = Stopwatch.GetTimestamp();
        _measureFrom = begin + Ticks(_settings.WarmUp);
        Volatile.Write(ref _measureTo, _measureFrom + Ticks(_settings.Duration));
        using var stop = stopping.Register(() => Volatile.Write(ref _measureTo, Stopwatch.GetTimestamp()));

        var sending = _settings.Rate is { } rate ? Task.Factory.StartNew(
            () => SendAtRate(target, rate, begin), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            : BeginAllAsync(target);
        await UntilAsync(_measureFrom, stopping);
        onPhase(Measuring);
        await UntilAsync(_measureTo, stopping);
        onPhase(Measured);
        await sending;
        try
        {
            await _drained.Task.WaitAsync(Patience, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            Count("lost", Volatile.Read(ref _outstanding));
        }

        await target.FinishAsync();
        return _latencies.Read(Stopwatch.GetElapsedTime(_measureFrom, Math.Max(_measureFrom + 1, _measureTo)));
    }

    /// <summary>A request has ended.</summary>
    /// <param name="slot">Its slot.</param>
    /// <param name="error">Why there is no reply; null: there is one.</param>
    /// <returns>True: the target sends the next request of this slot now.</returns>
    public bool Ended(int slot, string? error = null)
    {
        var now = Stopwatch.GetTimestamp();
        var begun = _begun[slot];
        var decisive = _settings.Rate is null ? now : begun;
        if (error is not null)
        {
            _latencies.Failed(slot, error);
        }
        else
        {
            var measured = decisive >= _measureFrom && decisive < Volatile.Read(ref _measureTo);
            _latencies.Replied(slot, measured ? Stopwatch.GetElapsedTime(begun, now) : null);
        }

        if (_settings.Rate is null && now < Volatile.Read(ref _measureTo))
        {
            _begun[slot] = now;
            return true;
        }

        _free.Enqueue(slot);
        if (Interlocked.Decrement(ref _outstanding) == 0 && (_settings.Rate is null || Volatile.Read(ref _sentAll)))
        {
            _drained.TrySetResult();
        }

        return false;
    }

    /// <summary>Counts errors that belong to no slot.</summary>
    public void Count(string error, long count)
    {
        if (count > 0)
        {
            _latencies.Failed(0, error, count);
        }
    }

    private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);

    private static async Task UntilAsync(long timestamp, CancellationToken stopping)
    {
        var left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), timestamp);
        if (left > TimeSpan.Zero)
        {
            await Task.Delay(left, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task BeginAllAsync(ITarget target)
    {
        _outstanding = Slots;
        for (var slot = 0; slot < Slots; slot++)
        {
            _begun[slot] = Stopwatch.GetTimestamp();
            await target.SendAsync(slot);
        }

        _started.SetResult();
    }

    private void SendAtRate(ITarget target, double rate, long begin)
    {
        _started.SetResult();
        _outstanding = 1; // The sender's own: it is never 0 before the last request was sent.
        for (var slot = 0; slot < Slots; slot++)
        {
            _free.Enqueue(slot);
        }

        var perRequest = Stopwatch.Frequency / rate;
        for (var number = 0L; ; number++)
        {
            var due = begin + (long)Due(number, perRequest, _settings.WarmUp.TotalSeconds / 2 * Stopwatch.Frequency);
            var end = Volatile.Read(ref _measureTo);
            if (due >= end)
            {
                break;
            }

            ShortSleep.Until(due);
            int slot;
            while (!_free.TryDequeue(out slot))
            {
                if (Stopwatch.GetElapsedTime(end) > Patience)
                {
                    Count("never sent", (long)((end - due) / perRequest) + 1);
                    EndSending();
                    return;
                }

                ShortSleep.Once();
            }

            _begun[slot] = due;
            Interlocked.Increment(ref _outstanding);
            var sent = target.SendAsync(slot);
            if (!sent.IsCompletedSuccessfully)
            {
                sent.AsTask().GetAwaiter().GetResult();
            }
        }

        EndSending();
    }

    /// <summary>When a request is due, in ticks since the beginning.</summary>
    /// <remarks>The rate rises during the first half of the warm-up: what piles up while code is compiled would be late for long.</remarks>
    private static double Due(long number, double perRequest, double ramp)
    {
        var duringRamp = ramp / perRequest / 2; // Half of what is due in that time later.
        return number < duringRamp ? Math.Sqrt(2 * number * ramp * perRequest) : (ramp / 2) + (number * perRequest);
    }

    private void EndSending()
    {
        Volatile.Write(ref _sentAll, true);
        if (Interlocked.Decrement(ref _outstanding) == 0)
        {
            _drained.TrySetResult();
        }
    }
}
