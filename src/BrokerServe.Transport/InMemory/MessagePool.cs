using System.Collections.Concurrent;

namespace BrokerServe.Transport.InMemory;

/// <summary>Keeps messages that nobody holds, to be used again. Any thread.</summary>
internal sealed class MessagePool(MemoryBudget memory)
{
    // 16,384 messages with at most 1 KiB kept in each: at most 20 MiB that an idle broker holds on to.
    private const int MostKept = 16_384;

    private readonly ConcurrentQueue<Message> _kept = new();
    private int _count;

    /// <summary>A message for <see cref="Message.Fill"/>.</summary>
    public Message Rent()
    {
        if (!_kept.TryDequeue(out var message))
        {
            return new Message(this);
        }

        Interlocked.Decrement(ref _count);
        return message;
    }

    /// <summary>Takes back a message without holders, and what it was charged for.</summary>
    public void Return(Message message)
    {
        memory.Release(message.Cost);
        message.Clear();
        if (Interlocked.Increment(ref _count) <= MostKept)
        {
            _kept.Enqueue(message);
        }
        else
        {
            Interlocked.Decrement(ref _count);
        }
    }
}
