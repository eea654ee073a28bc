namespace BrokerServe.Router.Tests.Simulation;

/// <summary>One whole system in one thread: producers, broker, routers, workers, and everything that can happen to them.</summary>
internal sealed class Simulation
{
    public const int FaultsEndMs = 20_000;

    private readonly SimWorld _world;
    private readonly SimBroker _broker;
    private readonly SimPlan _plan;
    private readonly List<SimCall> _calls = [];
    private int _routers;
    private int _workers;

    public Simulation(int seed, TextWriter? trace, SimTally tally)
    {
        _world = new SimWorld(seed, trace, tally);
        _broker = new SimBroker(_world);
        _plan = new SimPlan(_world.Chance);
        foreach (var endpoint in _plan.Endpoints)
        {
            _broker.AddEndpoint(endpoint);
        }
    }

    /// <summary>Runs it to its end; throws when a law is broken.</summary>
    public void Run()
    {
        for (var i = 0; i < _plan.Routers; i++)
        {
            AddRouter();
        }

        foreach (var (backend, _) in _plan.Backends)
        {
            AddWorker(backend);
            AddWorker(backend);
        }

        ScheduleCall();
        _world.After(_plan.FaultEveryMs, Fault);
        _world.RunUntil(FaultsEndMs, CheckLaws);

        // All is well from here on: whatever is missing comes back, and nothing else fails.
        _world.IsWell = true;
        while (_broker.Routers.Count < _plan.Routers)
        {
            AddRouter();
        }

        foreach (var (backend, _) in _plan.Backends)
        {
            AddWorker(backend);
        }

        // Past every deadline of what was sent so far and a doubt about a plain replica.
        _world.RunUntil(FaultsEndMs + 20_000, CheckLaws);
        CheckLiveness();
        CheckQuiescence();
        Count();
    }

    private void CheckLaws() => SimLaws.CheckAll(_world, _broker);

    private void ScheduleCall()
    {
        if (_calls.Count < _plan.Calls && !_world.IsWell)
        {
            // Mostly one by one, sometimes in a burst, and then, if the producer makes frames, in messages of several.
            var burst = new List<SimCall>();
            for (var i = _world.Happens(0.05) ? 20 : 1; i > 0; i--)
            {
                burst.Add(Make(timeoutMs: _world.Happens(0.2) ? 50 + _world.Chance.Next(500) : 3_000 + _world.Chance.Next(9_000)));
            }

            foreach (var kind in burst.GroupBy(call => (call.Endpoint, _plan.HasFrames ? call.Priority / 4 : -1)))
            {
                foreach (var message in kind.Chunk(_plan.HasFrames ? 1 + _world.Chance.Next(8) : 1))
                {
                    Send(message);
                }
            }

            _world.Within(3 * _plan.CallEveryMs, ScheduleCall);
        }
    }

    private SimCall Make(int timeoutMs)
    {
        var endpoint = _world.Pick(_plan.Endpoints);
        var call = new SimCall($"call-{_calls.Count}", endpoint, _world.Chance.Next(10), _plan.AtMostOnce[endpoint], _world.NowMs + timeoutMs);
        _calls.Add(call);
        _world.After(timeoutMs, call.Expire);
        if (!_world.IsWell && _world.Happens(0.05))
        {
            _world.Within(timeoutMs, () => GiveUp(call));
        }

        return call;
    }

    private void Send(params IReadOnlyList<SimCall> message)
    {
        var queue = _broker.Endpoints[message[0].Endpoint];
        _world.Within(20, () => queue.Accept(message));
        if (!_world.IsWell && !message[0].AtMostOnce && _world.Happens(0.02))
        {
            // It lost the confirm with its connection, and sends the message again.
            _world.Tally.Add("requests sent twice");
            _world.Within(2_000, () => queue.Accept(message));
        }
    }

    private void GiveUp(SimCall call)
    {
        if (call.Outcome is null)
        {
            _world.Say($"producer: gives {call} up");
            call.End("cancelled");
            _broker.Cancel(call);
        }
    }

    private void AddRouter() => _ = new SimRouter(_world, _broker, _plan, $"router-{_routers++}");

    private void AddWorker(string backend)
    {
        var slow = _world.Happens(0.3) && !_world.IsWell ? 1_500 : 1 + _world.Chance.Next(300);
        var isPlain = _plan.HasPlainWorkers && _world.Happens(0.4);
        var limit = 1 + _world.Chance.Next(6);
        _world.Say($"worker-{_workers} comes to {backend}, limit {limit}{(isPlain ? ", plain" : "")}");
        _ = new SimWorker(_world, _broker, $"worker-{_workers++}", backend, limit, isPlain, slow, _plan.GraceMs);
    }

    private void Fault()
    {
        if (_world.IsWell)
        {
            return;
        }

        var router = _broker.Routers.Count > 0 ? _world.Pick(_broker.Routers) : null;
        var worker = _broker.Workers.Count > 0 ? _world.Pick(_broker.Workers) : null;
        switch (_world.Chance.Next(20))
        {
            case < 3:
                router?.LosePublishing();
                if (_world.Happens(0.5))
                {
                    _world.Within(200, () => router?.LosePublishing()); // Again, perhaps before the answers to sync are there.
                }

                break;
            case < 6:
                router?.LoseConsuming();
                break;
            case 6:
                router?.Die();
                _world.Within(2_000, AddRouterIfMissing);
                break;
            case 7:
                router?.Stall();
                break;
            case 8:
                router?.Block();
                break;
            case 9:
                router?.JumpClock(_world.Happens(0.2) ? 40_000 : _world.Chance.Next(2_000));
                break;
            case < 12:
                worker?.Die();
                break;
            case 12:
                worker?.Drain();
                break;
            case 13:
                worker?.ChangeLimit(1 + _world.Chance.Next(6));
                break;
            case 14:
                router?.GiveBack(_world.Pick(_plan.Endpoints));
                break;
            case 15:
                RestartBroker();
                break;
            case 16:
                LoseProducer();
                break;
            default:
                AddWorker(_world.Pick(_plan.Backends).Name);
                break;
        }

        _world.Within(2 * _plan.FaultEveryMs, Fault);
    }

    // Every connection ends with it, and every queue that is one connection's; what is persistent is there again.
    private void RestartBroker()
    {
        _world.Say($"broker: restarts");
        _world.Tally.Add("broker restarts");
        foreach (var router in _broker.Routers.ToArray())
        {
            router.LosePublishing();
            router.LoseConsuming();
        }

        foreach (var worker in _broker.Workers.ToArray())
        {
            worker.Die();
            _world.Within(1_000, () => AddWorker(worker.Backend));
        }

        foreach (var queue in _broker.Endpoints.Values)
        {
            queue.Restart();
        }
    }

    // Nobody waits any more for what it called, and nobody says so.
    private void LoseProducer()
    {
        _world.Say($"producer: dies");
        foreach (var call in _calls.Where(call => call.Outcome is null))
        {
            _world.Tally.Add("calls of a dead producer");
            call.End("producer died");
        }
    }

    private void AddRouterIfMissing()
    {
        if (_broker.Routers.Count < _plan.Routers)
        {
            AddRouter();
        }
    }

    /// <summary>What is sent to a system that is well is answered, and well.</summary>
    private void CheckLiveness()
    {
        var sent = new List<SimCall>();
        for (var i = 0; i < 20; i++)
        {
            sent.Add(Make(timeoutMs: 30_000));
            Send(sent[^1]);
        }

        _world.RunUntil(_world.NowMs + 15_000, CheckLaws);
        foreach (var call in sent)
        {
            SimLaws.Check(_world, call.Outcome is "ok" or "handler_error" or "overloaded", $"{call} ended {call.Outcome} though all was well.");
        }
    }

    private void CheckQuiescence()
    {
        foreach (var call in _calls)
        {
            SimLaws.Check(_world, call.Outcome is not null, $"{call} never ended.");
        }

        foreach (var queue in _broker.Endpoints.Values)
        {
            SimLaws.Check(_world, queue.Ready + queue.Unacknowledged == 0, $"{queue.Endpoint}: {queue.Ready} ready, {queue.Unacknowledged} unacknowledged at the end.");
        }

        foreach (var router in _broker.Routers)
        {
            SimLaws.Check(_world, router.IsConnected, $"{router.Name} is not connected.");
            SimLaws.Check(_world, router.Unended + router.UnendedCopies == 0, $"{router.Name}: {router.Unended} requests and {router.UnendedCopies} copies never ended.");
            foreach (var backend in router.Backends.Values)
            {
                CheckQuiet(router, backend);
            }
        }

        foreach (var worker in _broker.Workers)
        {
            SimLaws.Check(_world, worker.HeldCount == 0, $"{worker.Name} still holds {worker.HeldCount}.");
        }
    }

    private void CheckQuiet(SimRouter router, SimBackend backend)
    {
        var dispatcher = backend.Dispatcher;
        SimLaws.Check(_world, dispatcher.InFlight == 0, $"{router.Name}/{backend.Name}: {dispatcher.InFlight} slots were never vacated.");
        SimLaws.Check(_world, dispatcher.Queued + dispatcher.Held + dispatcher.Shadows == 0, $"{router.Name}/{backend.Name}: something waits for ever.");
        SimLaws.Check(_world, !dispatcher.NeedsTicks, $"{router.Name}/{backend.Name}: something waits for time.");
        var credit = _broker.Workers.Where(w => w.Backend == backend.Name && !w.IsDraining).Sum(w => Math.Max(1, w.Limit / _broker.Routers.Count));
        SimLaws.Check(_world, dispatcher.Credit == credit, $"{router.Name}/{backend.Name}: credit {dispatcher.Credit} came back of {credit}.");
    }

    private void Count()
    {
        _world.Tally.Add("steps", _world.Steps);
        _world.Tally.Add("calls", _calls.Count);
        foreach (var call in _calls)
        {
            _world.Tally.Add($"outcome {call.Outcome}");
            _world.Tally.Add("repeated replies", call.Repeats);
            _world.Tally.Add("repeated runs", Math.Max(0, call.Runs - 1));
        }

        foreach (var counters in _broker.Routers.SelectMany(r => r.Backends.Values).Select(b => b.Dispatcher.Counters))
        {
            _world.Tally.Add("queries", counters.Dispatched);
            _world.Tally.Add("reoffered", counters.Reoffered);
            _world.Tally.Add("late replies", counters.LateReplies);
            _world.Tally.Add("copies dropped", counters.ShadowsDropped);
            _world.Tally.Add("replicas lost", counters.ReplicasLost);
        }
    }
}
