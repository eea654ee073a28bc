using BrokerServe.Protocol.Commands;
using BrokerServe.Router.Dispatch;

namespace BrokerServe.Router.Tests.Simulation;

// Two connections: one on which everything is consumed, one on which everything is published.
internal sealed partial class SimRouter
{
    private readonly Queue<SimFrame> _frames = new(); // Waiting at the publishing loop.
    private readonly Queue<Request> _unpublished = new();
    private readonly List<Request> _unconfirmed = [];
    private readonly List<SimConsumer> _consumers = [];
    private SimLink? _publishing;
    private SimLink? _confirms;
    private SimLink? _acknowledging;
    private SimLink? _consuming;
    private string? _replyKey;
    private uint _epoch;
    private uint _incarnation;
    private bool _isBlocked;
    private bool _isPumpDue;

    public bool IsConnected => _publishing is not null && _replyKey is not null;

    /// <summary>The broker stops reading what is published for a while.</summary>
    public void Block()
    {
        _world.Say($"{Name}: is blocked");
        _isBlocked = true;
        _world.After(1_000 + _world.Chance.Next(3_000), () =>
        {
            _isBlocked = false;
            SchedulePump();
            PublishAnswers();
        });
    }

    public void LosePublishing()
    {
        if (_publishing is not null)
        {
            _world.Say($"{Name}: loses its publishing connection");
            BreakPublishing();
            _world.Within(_world.Happens(0.5) ? 20 : 1_000, () => Connect(publishing: true));
        }
    }

    public void LoseConsuming()
    {
        if (_replyKey is not null)
        {
            _world.Say($"{Name}: loses its consuming connection, epoch {_epoch}");
            BreakConsuming();
            var ended = _epoch;
            _world.Within(100, () =>
            {
                // The news comes a moment later; mail of the epoch that is on its way comes later still.
                foreach (var backend in Backends.Values)
                {
                    backend.EndEpoch(ended);
                }

                _world.Within(_world.Happens(0.5) ? 20 : 1_000, () => Connect(publishing: false));
            });
        }
    }

    /// <summary>Adds a frame to what the publishing loop writes.</summary>
    public void Publish(SimFrame frame)
    {
        _frames.Enqueue(frame);
        SchedulePump();
    }

    private void Connect(bool publishing)
    {
        if (!IsAlive)
        {
            return;
        }

        if (publishing)
        {
            ConnectPublishing();
        }
        else
        {
            ConnectConsuming();
        }
    }

    private void ConnectPublishing()
    {
        _publishing = new SimLink(_world, 20);
        _confirms = new SimLink(_world, 20);

        // What waits was meant for the connection before.
        while (_frames.TryDequeue(out var frame))
        {
            frame.Counted?.ReturnRoom();
        }

        Resync();
        PublishAnswers();
    }

    private void ConnectConsuming()
    {
        _epoch++;
        _replyKey = $"{Name}.{_epoch}";
        _consuming = new SimLink(_world, 20);
        _acknowledging = new SimLink(_world, 20);
        _broker.OpenReplies(_replyKey, this, _consuming);
        foreach (var known in _replicas.Values)
        {
            known.HeardMs = _world.NowMs; // While nothing was heard, silence says nothing.
        }

        // Before anything of the epoch is delivered.
        Resync();
        var epoch = _epoch;
        foreach (var queue in _broker.Endpoints.Values)
        {
            var consumer = new SimConsumer(_world, queue, _replyKey, _plan.Prefetch, _consuming, _acknowledging, (c, m) => Take(c, m, epoch));
            _consumers.Add(consumer);
            queue.Subscribe(consumer);
        }

        // Replicas announce themselves when they hear of a router.
        foreach (var worker in _broker.Workers.ToArray())
        {
            _world.Within(100, worker.Announce);
        }

        ShareAnewEverywhere();
    }

    private void Resync()
    {
        if (_replyKey is not null)
        {
            var sync = new SyncCommand(Name, ++_incarnation, _epoch, _replyKey);
            foreach (var backend in Backends.Values)
            {
                backend.Post(dispatcher => dispatcher.Resync(sync));
            }
        }
    }

    private void BreakPublishing()
    {
        _publishing?.Break();
        _confirms?.Break();
        (_publishing, _confirms) = (null, null);

        // Of unknown fate: published again on the next connection. A producer drops repeats.
        foreach (var request in _unconfirmed)
        {
            _unpublished.Enqueue(request);
        }

        _unconfirmed.Clear();
    }

    private void BreakConsuming()
    {
        _consuming?.Break();
        _acknowledging?.Break();
        (_consuming, _acknowledging) = (null, null);
        if (_replyKey is { } key)
        {
            var consumers = _consumers.ToArray();
            _consumers.Clear();
            _replyKey = null;
            _world.Within(300, () =>
            {
                _broker.CloseReplies(key);
                foreach (var queue in _broker.Endpoints.Values)
                {
                    Array.ForEach(consumers, queue.Bury);
                }
            });
        }
    }

    private void SchedulePump()
    {
        if (!_isPumpDue)
        {
            _isPumpDue = true;
            _world.Within(2, Pump);
        }
    }

    private void Pump()
    {
        _isPumpDue = false;
        while (_publishing is { } link && !_isBlocked && _frames.TryDequeue(out var frame))
        {
            var returns = _confirms;
            link.Send(() => _broker.Route(frame, returns));
            frame.Counted?.ReturnRoom();
        }
    }
}
