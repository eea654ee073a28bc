using BrokerServe.Protocol;
using BrokerServe.Protocol.Frames;
using BrokerServe.Router.Dispatch;
using BrokerServe.Transport;
using BrokerServe.Transport.Supervision;

namespace BrokerServe.Router.Egress;

/// <summary>The answers of one publishing channel that the broker has not confirmed: a ring of messages, addressed by sequence number.</summary>
/// <remarks>
/// Two threads: the publishing loop adds, in order; the connection's reading thread takes as confirms come. Each cell goes from empty to
/// full by the one and back by the other.
/// </remarks>
internal sealed class ConfirmWindow(AnswerDesk desk, Action onPipelineLeft) : IPublisherEvents
{
    /// <summary>Replies on their way to confirmation: 16,384 covers 20 ms at 800,000 replies a second, and a broker's fsync at ordinary rates.</summary>
    public const int Capacity = 16_384;

    private readonly Request?[] _requests = new Request?[Capacity];
    private readonly ulong[] _sequences = new ulong[Capacity];
    private readonly Pipeline?[] _pipelines = new Pipeline?[Capacity];
    private ulong _lowest = 1; // The reading thread's own: everything below was confirmed.
    private ulong _added; // The publishing loop's own to write.
    private ulong _returnedThrough; // The reading thread's own: no copy for the dead queue up to here is known to be in it.
    private int _unconfirmed;
    private TaskCompletionSource? _waiter;

    /// <summary>Whether every reply that was added is confirmed.</summary>
    public bool IsEmpty => Volatile.Read(ref _unconfirmed) == 0;

    /// <summary>Whether the next reply can be added. For the publishing loop.</summary>
    public bool HasRoom(ulong sequence) => Volatile.Read(ref _requests[sequence % Capacity]) is null;

    /// <summary>Remembers a reply that is about to be published. For the publishing loop.</summary>
    public void Add(ulong sequence, Request request, Pipeline? pipeline)
    {
        pipeline?.Enter();
        _pipelines[sequence % Capacity] = pipeline;
        _sequences[sequence % Capacity] = sequence;
        Volatile.Write(ref _added, sequence); // Before it is published, so that its return finds it.
        Interlocked.Increment(ref _unconfirmed);

        // Release: who sees the request sees its sequence number.
        Volatile.Write(ref _requests[sequence % Capacity], request);
    }

    /// <summary>Takes back a reply that was added and then not published. For the publishing loop.</summary>
    public void Withdraw(ulong sequence)
    {
        var pipeline = _pipelines[sequence % Capacity];
        if (Interlocked.Exchange(ref _requests[sequence % Capacity], null) is not null)
        {
            pipeline?.Leave();
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
            for (var request = Take(sequence); request is not null; request = Unlink(request))
            {
                into.Add(request);
            }
        }
    }

    public void OnConfirmed(ulong sequence, bool multiple) => Conclude(sequence, multiple, refused: false);

    public void OnRefused(ulong sequence, bool multiple) => Conclude(sequence, multiple, refused: true);

    public void OnReturned(in ReturnedMessage message)
    {
        if (message.Properties.Headers?.TryGetText(HeaderNames.History, out _) is true)
        {
            // Its confirm follows and says nothing. Which copy it was is not said either, but the queue is missing for all that are under way.
            _returnedThrough = Volatile.Read(ref _added);
            return;
        }

        var answers = message.Properties.ContentType == ContentTypes.Answers && AnswerFrameReader.TryOpen(message.Body, out var reader)
            ? reader.Remaining
            : 1;
        for (; answers > 0; answers--)
        {
            desk.CountUndeliverable();
        }
    }

    /// <summary>Takes an answer out of its message, before it is handed on; returns the next one.</summary>
    public static Request? Unlink(Request request)
    {
        var next = request.FrameNext;
        request.FrameNext = null;
        return next;
    }

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
            var pipeline = _pipelines[at % Capacity]; // Before the cell is emptied, and the loop may fill it again.
            var request = Take(at);
            if (request is not null && pipeline is not null && pipeline.Leave())
            {
                onPipelineLeft();
            }

            while (request is not null)
            {
                var next = Unlink(request); // First: whoever gets the request may make another of it at once.
                if (refused || (request.Copy == CopyState.Sent && at <= _returnedThrough))
                {
                    desk.TakeRefused(request);
                }
                else
                {
                    desk.Finish(request);
                }

                request = next;
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
