using System.Numerics;

namespace BrokerServe.Transport.Supervision;

/// <summary>The one caller that settles a consumer's deliveries, on behalf of any thread.</summary>
/// <remarks>
/// What is said while an ack is on its way to the broker goes with the next one, so batches grow with the load and nothing waits
/// for a timer. A ring of the prefetch's size suffices: an ack leaves the ring before the broker can send another delivery for it.
/// </remarks>
public sealed class Settler : IAsyncDisposable
{
    private const long RequeueFlag = 1;

    private readonly IConsumer _consumer;
    private readonly SettlementPlan _plan;
    private readonly WakeSignal _wake = new();
    private readonly long[] _said; // Tag << 1 | RequeueFlag; 0 is free.
    private readonly Task _loop;
    private long _nextToSay;
    private long _nextToTake;
    private bool _ending;

    /// <summary>Settles for one consumer.</summary>
    /// <param name="consumer">The consumer; the settler does not dispose it.</param>
    /// <param name="prefetch">The consumer's prefetch: never more deliveries are unsettled at once.</param>
    public Settler(IConsumer consumer, int prefetch)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(prefetch, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(prefetch, ConsumerOptions.MaxPrefetch);
        _consumer = consumer;
        _plan = new SettlementPlan(prefetch);
        _said = new long[BitOperations.RoundUpToPowerOf2((uint)prefetch)];
        _loop = RunAsync();
    }

    /// <summary>Settles one delivery. Any thread; never blocks, allocates nothing; each delivery is settled or requeued once.</summary>
    /// <exception cref="InvalidOperationException">More is being settled than the prefetch allows to be unsettled: a bug of the caller.</exception>
    public void Settle(ulong deliveryTag) => Say((long)(deliveryTag << 1));

    /// <summary>Gives one delivery back to the queue. Any thread; never blocks, allocates nothing.</summary>
    /// <exception cref="InvalidOperationException">More is being settled than the prefetch allows to be unsettled: a bug of the caller.</exception>
    public void Requeue(ulong deliveryTag) => Say((long)(deliveryTag << 1) | RequeueFlag);

    /// <summary>Hands everything said so far to the broker, then ends.</summary>
    public async ValueTask DisposeAsync()
    {
        Volatile.Write(ref _ending, true);
        _wake.Wake();
        await _loop.ConfigureAwait(false);
    }

    private void Say(long word)
    {
        var slot = (Interlocked.Increment(ref _nextToSay) - 1) & (_said.Length - 1);
        if (Interlocked.Exchange(ref _said[slot], word) != 0)
        {
            ThrowOverrun();
        }

        _wake.Wake();
    }

    private async Task RunAsync()
    {
        var ending = false;
        while (!ending)
        {
            if (_plan.Holds)
            {
                // A turn of the thread pool is how long an ack above a gap is held back.
                await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            }
            else
            {
                await _wake.WaitAsync().ConfigureAwait(false);
            }

            // Read before taking: what was said before DisposeAsync is then taken in the last turn.
            ending = Volatile.Read(ref _ending);
            Take();
            _plan.Decide(everything: ending);
            await SendAsync().ConfigureAwait(false);
            _plan.Sent();
        }
    }

    private void Take()
    {
        // A slot still free means that its writer is about to fill it and to wake this loop again, so nothing behind it is forgotten.
        while (Interlocked.Exchange(ref _said[_nextToTake & (_said.Length - 1)], 0) is var word and not 0)
        {
            _nextToTake++;
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
