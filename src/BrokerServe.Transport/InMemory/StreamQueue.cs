using System.Runtime.CompilerServices;

namespace BrokerServe.Transport.InMemory;

/// <summary>A stream: messages stay, and every consumer goes through them from where it began.</summary>
/// <remarks>A short lock guards the log, how far each consumer has come, and what it holds; nobody else's code runs under it. Nothing is ever
/// trimmed: the broker's memory is the bound.</remarks>
internal sealed class StreamQueue(QueueDeclaration declaration) : Queue(declaration, owner: null)
{
    private readonly Lock _gate = new();
    private readonly List<Message> _log = []; // The offset is the index.
    private readonly Dictionary<Consumer, StrongBox<int>> _next = []; // The offset that each gets next.
    private bool _deleted;

    public override bool TryPublish(Message message)
    {
        lock (_gate)
        {
            if (_deleted)
            {
                return false;
            }

            _log.Add(message);
            foreach (var consumer in _next.Keys)
            {
                Feed(consumer);
            }
        }

        return true;
    }

    public override QueueInfo Inspect()
    {
        lock (_gate)
        {
            return new QueueInfo(Declaration.Name, _log.Count, _next.Count);
        }
    }

    public override void Delete()
    {
        Consumer[] consumers;
        lock (_gate)
        {
            _deleted = true;
            consumers = [.. _next.Keys];
            Array.ForEach(consumers, LetGoOfAll);
            _log.ForEach(message => message.LetGo());
            _log.Clear();
            _next.Clear();
        }

        Array.ForEach(consumers, consumer => consumer.End());
    }

    public override void DropTransient()
    {
        // A stream keeps all that it was given, on disk when it is a real one.
    }

    public override bool TrySubscribe(Consumer consumer)
    {
        lock (_gate)
        {
            if (_deleted)
            {
                return false;
            }

            _next[consumer] = new StrongBox<int>(consumer.From switch
            {
                { Start: StreamStart.First } => 0,
                { Start: StreamStart.Last } => Math.Max(0, _log.Count - 1),
                { Offset: var offset } => (int)Math.Min(offset, int.MaxValue),
                null => _log.Count,
            });
            Feed(consumer);
        }

        return true;
    }

    public override int Hand(Consumer consumer, Span<Handed> batch)
    {
        lock (_gate)
        {
            var count = Math.Min(batch.Length, consumer.Unsettled.ToHand);
            for (var i = 0; i < count; i++)
            {
                var (tag, entry) = consumer.Unsettled.Hand();
                entry.Message.Hold();
                batch[i] = new Handed(tag, Redelivered: false, entry.Message, entry.Position);
            }

            return count;
        }
    }

    public override bool HasToHand(Consumer consumer)
    {
        lock (_gate)
        {
            return consumer.Unsettled.ToHand > 0;
        }
    }

    public override void Ack(Consumer consumer, ulong tag, bool multiple)
    {
        lock (_gate)
        {
            LetGo(consumer, tag, multiple);
            Feed(consumer);
        }
    }

    public override void Requeue(Consumer consumer, ulong tag, bool seen) => Ack(consumer, tag, multiple: false);

    public override void Unsubscribe(Consumer consumer)
    {
        lock (_gate)
        {
            _next.Remove(consumer);
            while (consumer.Unsettled.TryTakeUnhanded(out var entry))
            {
                entry.Message.LetGo();
            }
        }
    }

    public override void Leave(params ReadOnlySpan<Consumer> leaving)
    {
        lock (_gate)
        {
            foreach (var consumer in leaving)
            {
                _next.Remove(consumer);
                LetGoOfAll(consumer);
            }
        }
    }

    /// <summary>Assigns what the consumer has room for. Waking it under the lock runs none of its code.</summary>
    private void Feed(Consumer consumer)
    {
        if (!_next.TryGetValue(consumer, out var next))
        {
            return;
        }

        var wake = false;
        for (; next.Value < _log.Count && consumer.HasRoom; next.Value++)
        {
            var message = _log[next.Value];
            message.Hold();
            wake |= consumer.Assign(new QueueEntry(message, next.Value, QueueEntry.Never, Deliveries: 0));
        }

        if (wake)
        {
            consumer.Wake();
        }
    }
}
