namespace BrokerServe.Router.Tests.Simulation;

/// <summary>An endpoint's queue at the broker: durable, acknowledged, redelivered at the head when a consumer dies.</summary>
internal sealed class SimQueue(SimWorld world, string endpoint)
{
    private readonly LinkedList<SimMessage> _ready = [];
    private readonly List<SimConsumer> _consumers = [];
    private int _next;

    public string Endpoint => endpoint;

    public int Accepted { get; private set; }

    public int Settled { get; private set; }

    /// <summary>Past their deadline, or transient and lost with the broker: nobody answers them.</summary>
    public int Expired { get; private set; }

    public int Ready => _ready.Count;

    public int Unacknowledged { get; private set; }

    public void Accept(IReadOnlyList<SimCall> calls)
    {
        _ready.AddLast(new SimMessage(calls, ++Accepted));
        Deliver();
    }

    public void Subscribe(SimConsumer consumer)
    {
        _consumers.Add(consumer);
        Deliver();
    }

    public void Acknowledge(SimConsumer consumer, SimMessage message)
    {
        if (consumer.Unacknowledged.Remove(message))
        {
            foreach (var call in message.Calls)
            {
                SimLaws.Check(world, call.AtMostOnce || call.HasAnswer, $"{message} was acknowledged, and {call} was never answered.");
            }

            Unacknowledged--;
            Settled++;
            Deliver();
        }
    }

    public void Requeue(SimConsumer consumer, SimMessage message)
    {
        if (consumer.Unacknowledged.Remove(message))
        {
            PutBack([message]);
            Deliver();
        }
    }

    /// <summary>The broker has noticed that a connection is gone.</summary>
    public void Bury(SimConsumer consumer)
    {
        if (_consumers.Remove(consumer))
        {
            world.Say($"broker: {consumer.Name} is gone, {consumer.Unacknowledged.Count} of {endpoint} go back");
            PutBack(consumer.Unacknowledged);
            consumer.Unacknowledged.Clear();
            Deliver();
        }
    }

    /// <summary>The broker came back: what was not persistent is gone.</summary>
    public void Restart()
    {
        for (var node = _ready.First; node is not null;)
        {
            var next = node.Next;
            if (node.Value.Calls[0].AtMostOnce)
            {
                _ready.Remove(node);
                Expired++;
            }

            node = next;
        }
    }

    private void PutBack(IReadOnlyCollection<SimMessage> messages)
    {
        Unacknowledged -= messages.Count;
        foreach (var message in messages.OrderByDescending(m => m.Number))
        {
            message.IsRedelivered = true;
            _ready.AddFirst(message);
        }
    }

    private void Deliver()
    {
        while (_ready.First is { } first)
        {
            if (first.Value.ExpiresMs <= world.NowMs)
            {
                _ready.RemoveFirst(); // What expires inside the broker sends no reply.
                Expired++;
                continue;
            }

            if (NextConsumer() is not { } consumer)
            {
                return;
            }

            var message = first.Value;
            _ready.RemoveFirst();
            foreach (var call in message.Calls)
            {
                call.Deliveries++;
            }

            consumer.Unacknowledged.Add(message);
            Unacknowledged++;
            consumer.ToRouter.Send(() => consumer.Take(message));
        }
    }

    private SimConsumer? NextConsumer()
    {
        for (var i = 0; i < _consumers.Count; i++)
        {
            var consumer = _consumers[_next++ % _consumers.Count];
            if (consumer.Unacknowledged.Count < consumer.Prefetch)
            {
                return consumer;
            }
        }

        return null;
    }
}
