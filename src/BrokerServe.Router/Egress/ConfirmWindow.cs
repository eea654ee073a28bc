using BrokerServe.Router.Dispatch;
using BrokerServe.Transport;

namespace BrokerServe.Router.Egress;

/// <summary>The replies of one publishing channel that the broker has not confirmed: a ring addressed by sequence number.</summary>
/// <remarks>
/// Two threads: the publishing loop adds, in order; the connection's reading thread takes as confirms come. Each cell goes from empty to
/// full by the one and back by the other.
/// </remarks>
internal sealed class ConfirmWindow(AnswerDesk desk) : IPublisherEvents
{
    /// <summary>Replies on their way to confirmation: 16,384 covers 20 ms at 800,000 replies a second, and a broker's fsync at ordinary rates.</summary>
    public const int Capacity = 16_384;

    private readonly Request?[] _requests = new Request?[Capacity];
    private readonly ulong[] _sequences = new ulong[Capacity];
    private ulong _lowest = 1; // The reading thread's own: everything below was confirmed.
    private ulong _added;
    private int _unconfirmed;
    private TaskCompletionSource? _waiter;

    /// <summary>Whether every reply that was added is confirmed.</summary>
    public bool IsEmpty => Volatile.Read(ref _unconfirmed) == 0;

    /// <summary>Whether the next reply can be added. For the publishing loop.</summary>
    public bool HasRoom(ulong sequence) => Volatile.Read(ref _requests[sequence % Capacity]) is null;

    /// <summary>Remembers a reply that is about to be published. For the publishing loop.</summary>
    public void Add(ulong sequence, Request request)
    {
        _sequences[sequence % Capacity] = sequence;
        _added = sequence;
        Interlocked.Increment(ref _unconfirmed);

        // Release: who sees the request sees its sequence number.
        Volatile.Write(ref _requests[sequence % Capacity], request);
    }

    /// <summary>Takes back a reply that was added and then not published. For the publishing loop.</summary>
    public void Withdraw(ulong sequence)
    {
        if (Interlocked.Exchange(ref _requests[sequence % Capacity], null) is not null)
        {
            Interlocked.Decrement(ref _unconfirmed);
        }
    }

    /// <summary>Waits until some confirm came, or until the channel closed. For the publishing loop, which then looks again.</summary>
    public Task WaitForConfirmAsync(Func<bool> isDone, CancellationToken closed)
    {
        var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        // Full fence: the waiter is announced before the condition is looked at again; the reading thread does it the other way round.
        Interlocked.Exchange(ref _waiter, waiter);
        return isDone() || closed.IsCancellationRequested ? Task.CompletedTask : AwaitAsync(waiter, closed);
    }

    /// <summary>What the broker never confirmed, in order. Only after the channel has closed, when no event follows.</summary>
    public void TakeUnconfirmed(List<Request> into)
    {
        // Nothing older than a ring's length can still be in the ring, however far _lowest fell behind by confirms out of order.
        for (var sequence = Math.Max(_lowest, _added >= Capacity ? _added - Capacity + 1 : 1); sequence <= _added; sequence++)
        {
            if (Take(sequence) is { } request)
            {
                into.Add(request);
            }
        }
    }

    public void OnConfirmed(ulong sequence, bool multiple) => Conclude(sequence, multiple, refused: false);

    public void OnRefused(ulong sequence, bool multiple) => Conclude(sequence, multiple, refused: true);

    public void OnReturned(in ReturnedMessage message) => desk.CountUndeliverable();

    private static async Task AwaitAsync(TaskCompletionSource waiter, CancellationToken closed)
    {
        await using var registration = closed.UnsafeRegister(static state => ((TaskCompletionSource)state!).TrySetResult(), waiter);
        await waiter.Task.ConfigureAwait(false);
    }

    private void Conclude(ulong sequence, bool multiple, bool refused)
    {
        // Nothing older than a ring's length can still be in the ring.
        var first = multiple ? Math.Max(_lowest, sequence >= Capacity ? sequence - Capacity + 1 : 1) : sequence;
        for (var at = first; at <= sequence; at++)
        {
            if (Take(at) is { } request)
            {
                if (refused)
                {
                    desk.TakeRefused(request);
                }
                else
                {
                    desk.Finish(request);
                }
            }
        }

        if (multiple || sequence == _lowest)
        {
            _lowest = Math.Max(_lowest, sequence + 1);
        }

        Interlocked.Exchange(ref _waiter, null)?.TrySetResult();
    }

    private Request? Take(ulong sequence)
    {
        var cell = sequence % Capacity;
        if (Volatile.Read(ref _requests[cell]) is null || _sequences[cell] != sequence)
        {
            return null;
        }

        var request = Interlocked.Exchange(ref _requests[cell], null);
        if (request is not null)
        {
            Interlocked.Decrement(ref _unconfirmed);
        }

        return request;
    }
}
