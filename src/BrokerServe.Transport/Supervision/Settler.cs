using System.Numerics;

namespace BrokerServe.Transport.Supervision;

/// <summary>The one caller that settles a consumer's deliveries, on behalf of any thread.</summary>
/// <remarks>
/// An ack costs the broker nearly what a message costs it, and one that says "all up to here" no more than one for a single delivery. So acks
/// wait for company: for a quarter of the prefetch, which leaves the broker room to go on delivering, or for
/// <see cref="HeldBack"/>. What is given back to the queue waits for nothing: somebody else is to have it.
/// A ring of the prefetch's size suffices: an ack leaves the ring before the broker can send another delivery for it.
/// </remarks>
public sealed class Settler : ISettler, IAsyncDisposable
{
    /// <summary>
    /// The longest that an ack waits for company. Deliveries that were settled within it come again when the process dies, as those do whose
    /// acks are on their way; a few times that way is little to add.
    /// </summary>
    public static readonly TimeSpan HeldBack = TimeSpan.FromMilliseconds(10);

    /// <summary>Enough that acks cost next to nothing beside the messages.</summary>
    private const int MaxCompany = 256;

    private const long RequeueFlag = 1;

    private readonly IConsumer _consumer;
    private readonly SettlementPlan _plan;
    private readonly WakeSignal _wake = new();
    private readonly long[] _said; // Tag << 1 | RequeueFlag; 0 is free.
    private readonly int _company;
    private readonly ITimer _timer;
    private readonly Task _loop;
    private long _nextToSay;
    private long _nextToTake;
    private int _isArmed;
    private bool _ending;

    /// <summary>Settles for one consumer.</summary>
    /// <param name="consumer">The consumer; the settler does not dispose it.</param>
    /// <param name="prefetch">The consumer's prefetch, 1 to 65,535: never more deliveries are unsettled at once.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="prefetch"/> is out of its range.</exception>
    public Settler(IConsumer consumer, int prefetch)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(prefetch, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(prefetch, ConsumerOptions.MaxPrefetch);
        _consumer = consumer;
        _plan = new SettlementPlan(prefetch);
        _said = new long[BitOperations.RoundUpToPowerOf2((uint)prefetch)];
        _company = Math.Clamp(prefetch / 4, 1, MaxCompany);

        // Real time, always: this is how the broker is spoken to, not when something is due.
        _timer = TimeProvider.System.CreateTimer(
            static settler => ((Settler)settler!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _loop = RunAsync();
    }

    /// <summary>Settles one delivery. Any thread; never blocks, allocates nothing; each delivery is settled or requeued once.</summary>
    /// <exception cref="InvalidOperationException">More is being settled than the prefetch allows to be unsettled: a bug of the caller.</exception>
    /// <param name="deliveryTag">The delivery.</param>
    /// <param name="atOnce">Nothing is held back: it must not come again, as far as that can be helped.</param>
    public void Settle(ulong deliveryTag, bool atOnce = false)
    {
        var said = Say((long)(deliveryTag << 1));
        if (atOnce || said - Volatile.Read(ref _nextToTake) >= _company)
        {
            _wake.Wake();
        }
        else
        {
            Arm();
        }
    }

    /// <summary>Gives one delivery back to the queue. Any thread; never blocks, allocates nothing.</summary>
    /// <exception cref="InvalidOperationException">More is being settled than the prefetch allows to be unsettled: a bug of the caller.</exception>
    public void Requeue(ulong deliveryTag)
    {
        Say((long)(deliveryTag << 1) | RequeueFlag);
        _wake.Wake();
    }

    /// <summary>Hands everything said so far to the broker, then ends. What is said later reaches nobody.</summary>
    public async ValueTask DisposeAsync()
    {
        Volatile.Write(ref _ending, true);
        _wake.Wake();
        await _loop.ConfigureAwait(false);
    }

    /// <returns>How much has been said.</returns>
    private long Say(long word)
    {
        var said = Interlocked.Increment(ref _nextToSay);
        if (Interlocked.Exchange(ref _said[(said - 1) & (_said.Length - 1)], word) != 0)
        {
            ThrowOverrun();
        }

        return said;
    }

    private void Arm()
    {
        // Said before looked at here, and set to 0 before the loop is woken: whoever finds the timer armed is heard when it fires.
        if (Volatile.Read(ref _isArmed) == 0 && Interlocked.Exchange(ref _isArmed, 1) == 0)
        {
            _timer.Change(HeldBack, Timeout.InfiniteTimeSpan);
        }
    }

    private void OnTimer()
    {
        Interlocked.Exchange(ref _isArmed, 0);
        _wake.Wake();
    }

    private async Task RunAsync()
    {
        var ending = false;
        while (!ending)
        {
            if (_plan.Holds)
            {
                Arm();
            }

            await _wake.WaitAsync().ConfigureAwait(false);

            // Read before taking: what was said before DisposeAsync is then taken in the last turn.
            ending = Volatile.Read(ref _ending);
            Take();
            _plan.Decide(everything: ending || _company == 1);
            await SendAsync().ConfigureAwait(false);
            _plan.Sent();
        }

        await _timer.DisposeAsync().ConfigureAwait(false);
    }

    private void Take()
    {
        // A slot still free means that its writer is about to fill it and to wake this loop again, so nothing behind it is forgotten.
        while (Interlocked.Exchange(ref _said[_nextToTake & (_said.Length - 1)], 0) is var word and not 0)
        {
            Volatile.Write(ref _nextToTake, _nextToTake + 1);
            var tag = (ulong)word >> 1;
            if ((word & RequeueFlag) != 0)
            {
                _plan.Requeue(tag);
            }
            else
            {
                _plan.Settle(tag);
            }
        }
    }

    private async ValueTask SendAsync()
    {
        try
        {
            for (var i = 0; i < _plan.Requeues.Count; i++)
            {
                await _consumer.RequeueAsync(_plan.Requeues[i]).ConfigureAwait(false);
            }

            if (_plan.Prefix != 0)
            {
                await _consumer.AckAsync(_plan.Prefix, _plan.PrefixIsMultiple).ConfigureAwait(false);
            }

            for (var i = 0; i < _plan.Singles.Count; i++)
            {
                await _consumer.AckAsync(_plan.Singles[i], multiple: false).ConfigureAwait(false);
            }
        }
        catch (BrokerException)
        {
            // The channel is gone; the broker redelivers what was not settled, and the consumer's Ended tells everybody.
        }
    }

    private static void ThrowOverrun() => throw new InvalidOperationException(
        "More deliveries were settled than the consumer's prefetch allows to be unsettled; one was probably settled twice.");
}
