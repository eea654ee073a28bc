using BrokerServe.Protocol;
using BrokerServe.Transport;

namespace BrokerServe.Host.Dead;

/// <summary>Calls dead requests again, one after the other.</summary>
/// <remarks>
/// The law: a message leaves the queue only after its own call, told by a correlation id that nothing else has, was answered, or a router said
/// that it has confirmed a new copy of just that request. Whatever else happens it stays, so at worst something runs or is kept twice.
/// </remarks>
internal sealed class DeadReplay(IBroker broker, ObjectNames names, int limit, TimeSpan timeout, TextWriter error)
{
    /// <summary>The longest time for one call: the messages are held meanwhile, and a broker ends a hold after 30 minutes (its consumer timeout).</summary>
    public static readonly TimeSpan MaxTimeout = TimeSpan.FromMinutes(20);

    /// <summary>A hold is renewed before the next call when it is so old; with the longest call it stays below the broker's 30 minutes.</summary>
    private static readonly TimeSpan MaxHold = TimeSpan.FromMinutes(5);

    private readonly List<DeadMessage> _done = []; // Certainly out of the queue.
    private readonly List<DeadMessage> _taken = []; // Taken out of the present hold.
    private long _heldSince;

    /// <summary>Calls them.</summary>
    /// <param name="queue">Holds them. Released when this returns.</param>
    /// <param name="messages">Which.</param>
    /// <param name="interrupted">Ends it early: the call that is under way is given up, and its message stays.</param>
    /// <returns>Those that have left the queue.</returns>
    public async Task<IReadOnlyCollection<DeadMessage>> RunAsync(
        DeadQueue queue, IReadOnlyList<DeadMessage> messages, CancellationToken interrupted)
    {
        _heldSince = Environment.TickCount64;
        await using var caller = await DeadCaller.OpenAsync(broker, names, interrupted);
        var left = new Queue<DeadMessage>(messages);
        DeadQueue? renewed = null;
        try
        {
            while (left.Count > 0)
            {
                if (Environment.TickCount64 - _heldSince > MaxHold.TotalMilliseconds)
                {
                    await ReleaseAsync(renewed ?? queue);
                    await (renewed ?? queue).DisposeAsync();
                    renewed = await RenewAsync(left, interrupted);
                    continue;
                }

                var message = left.Dequeue();
                if (await IsOverAsync(caller, message, interrupted))
                {
                    await (renewed ?? queue).RemoveAsync(message);
                    _taken.Add(message);
                }
            }
        }
        catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
        {
            await error.WriteLineAsync($"{ReplyStatus.Cancelled.Name()}: What was not taken out is still there; the last call may have run.");
        }
        finally
        {
            await ReleaseAsync(renewed ?? queue);
            if (renewed is not null)
            {
                await renewed.DisposeAsync();
            }
        }

        return _done;
    }

    private async Task<bool> IsOverAsync(DeadCaller caller, DeadMessage message, CancellationToken interrupted)
    {
        if (!message.IsCopy)
        {
            await error.WriteLineAsync($"{message.Id}: {ReplyStatus.BadRequest.Name()}: It says why a request failed and does not hold it; it stays.");
            return false;
        }

        if (await caller.CallAsync(message, timeout, interrupted) is not { } failure)
        {
            return true;
        }

        var isRenewed = failure.Detail?.GetValueOrDefault(ErrorBody.CopyDetail) == ErrorBody.CopyKept;
        await error.WriteLineAsync(
            $"{message.Id}: {failure.Status.Name()}: {failure.Message}{(isRenewed ? " A new copy is in its place." : " It stays.")}");
        return isRenewed;
    }

    private async Task ReleaseAsync(DeadQueue queue)
    {
        if (await queue.ReleaseAsync(CancellationToken.None))
        {
            _done.AddRange(_taken);
        }
        else if (_taken.Count > 0)
        {
            var ids = string.Join(' ', _taken.Select(static message => message.Id));
            await error.WriteLineAsync(
                $"{ReplyStatus.Unavailable.Name()}: The broker let go of the messages too early. These were called, and may still be there: {ids}");
        }

        _taken.Clear();
    }

    /// <summary>Holds anew, and finds there what is left to call. Of messages that are alike in everything one is as good as the other.</summary>
    private async Task<DeadQueue> RenewAsync(Queue<DeadMessage> left, CancellationToken interrupted)
    {
        _heldSince = Environment.TickCount64;
        var wanted = left.Select(static message => message.Likeness).ToList();
        var queue = await DeadQueue.OpenAsync(broker, names.Dead, limit, id => wanted.Contains(DeadMessage.LikenessOf(id)), interrupted);
        left.Clear();
        foreach (var message in queue.Messages.Where(message => wanted.Remove(message.Likeness)))
        {
            left.Enqueue(message);
        }

        foreach (var gone in wanted)
        {
            await error.WriteLineAsync($"{gone}: it is not there any more, or somebody else holds it.");
        }

        return queue;
    }
}
