using BrokerServe.Protocol;
using BrokerServe.Router.Dispatch;
using BrokerServe.Transport.Buffers;

namespace BrokerServe.Router.Tests.Simulation;

// Requests come in, and their answers go out.
internal sealed partial class SimRouter
{
    private const string ReplyTo = "replies.producer";

    private readonly Dictionary<Request, Taken> _requests = []; // Everything that has not ended.
    private readonly HashSet<Request> _sent = [];

    /// <summary>Requests that have not ended, copies not counted.</summary>
    public int Unended => _requests.Keys.Count(r => !r.IsShadow);

    public int UnendedCopies => _requests.Keys.Count(r => r.IsShadow);

    /// <summary>Deliveries that are not settled, by the router's own book.</summary>
    public IEnumerable<SimMessage> Unsettled => _requests.Values.Where(t => t is { Consumer: not null, IsSettled: false }).Select(t => t.Message!);

    public SimCall CallOf(Request request) => _requests[request].Call;

    /// <summary>The listener of an endpoint: chooses a backend and shadows, and posts.</summary>
    private void Take(SimConsumer consumer, SimMessage message, uint epoch)
    {
        if (!IsAlive)
        {
            return;
        }

        var call = message.Call;
        var policy = _plan.Policies[call.Endpoint];
        var taken = new Taken(call) { Consumer = consumer, Message = message, Epoch = epoch };
        var request = Make(call, policy.Backends[policy.Choose(_world.Chance.NextDouble())].Backend, epoch);
        request.AtMostOnce = call.AtMostOnce;
        _requests.Add(request, taken);
        if (call.AtMostOnce && message.IsRedelivered)
        {
            // It may have been dispatched, and only its acknowledgement was lost.
            request.Error = RouterErrors.OutcomeUnknown();
            request.Status = request.Error.Status;
            Answer(request);
            return;
        }

        _world.Say($"{Name}: takes {call} for {request.Backend}");
        Backends[request.Backend].Post(request.Deliver);
        if (!message.IsRedelivered)
        {
            foreach (var share in policy.Shadows)
            {
                if (share.Takes(_world.Chance.NextDouble()))
                {
                    Copy(call, share.Backend, epoch);
                }
            }
        }
    }

    private void Copy(SimCall call, string backend, uint epoch)
    {
        var copy = Make(call, backend, epoch);
        copy.IsShadow = copy.AtMostOnce = true;
        _requests.Add(copy, new Taken(call));
        Backends[backend].Post(copy.Deliver);
    }

    private Request Make(SimCall call, string backend, uint epoch) => new()
    {
        EndpointId = _plan.EndpointId(call.Endpoint),
        Endpoint = call.Endpoint,
        Backend = backend,
        ReplyTo = ReplyTo,
        CorrelationId = ShortText.Of(call.Id),
        Priority = call.Priority,
        Epoch = epoch,
        Call = PooledBytes.TakeOver([], 10),
        DeadlineMs = NowMs + call.DeadlineMs - _world.NowMs,
    };

    /// <summary>Whether a request that is dispatched passes an older one of its endpoint, backend and priority.</summary>
    /// <remarks>A lost attempt goes to the head, before older ones if it must; only who goes for the first time has nobody to pass.</remarks>
    public bool Overtakes(Request request) => _sent.Add(request) && !request.IsShadow && _requests.Keys.Any(older =>
        older is { State: RequestState.Waiting or RequestState.Held, IsShadow: false }
        && older.ArrivalNumber < request.ArrivalNumber
        && (older.Endpoint, older.Backend, older.Priority) == (request.Endpoint, request.Backend, request.Priority));

    /// <summary>A query leaves.</summary>
    public void Dispatched(in QueryDecision query)
    {
        var request = query.Request;
        _world.Say($"{Name}: sends {request.CorrelationId}/{query.Ticket} attempt {query.Attempt}");
        SimLaws.Check(_world, query.Attempt <= _plan.Backends.Single(b => b.Name == request.Backend).Config.MaxAttempts, "A request had more attempts than it may have.");
        if (request is { AtMostOnce: true, IsShadow: false })
        {
            Settle(_requests[request]);
        }
    }

    public void Answer(Request request)
    {
        var taken = _requests[request];
        SimLaws.Check(_world, !request.IsShadow, "A copy was answered.");
        SimLaws.Check(_world, !taken.IsAnswered, $"{taken.Call} was answered twice in one life.");
        taken.IsAnswered = true;
        _world.Say($"{Name}: answers {taken.Call} {request.Status.Name()}");
        _world.Tally.Add($"answer {request.Status.Name()}");
        if (taken.Call.AtMostOnce)
        {
            var status = request.Status.Name();
            _publishing?.Send(() => _world.Within(20, () => taken.Call.End(status)));
            Finish(request);
        }
        else
        {
            _unpublished.Enqueue(request);
            PublishAnswers();
        }
    }

    public void Drop(Request request) => Finish(request);

    public void Requeue(Request request)
    {
        if (_requests.Remove(request, out var taken) && taken.Consumer is { } consumer)
        {
            var queue = _broker.Endpoints[taken.Call.Endpoint];
            _acknowledging?.Send(() => queue.Requeue(consumer, taken.Message!));
        }
    }

    private void PublishAnswers()
    {
        while (_publishing is { } link && !_isBlocked && _unpublished.TryDequeue(out var request))
        {
            _unconfirmed.Add(request);
            var call = _requests[request].Call;
            var status = request.Status.Name();
            var confirms = _confirms!;
            link.Send(() =>
            {
                _world.Within(20, () => call.End(status));
                confirms.Send(() => Confirm(request));
            });
        }
    }

    private void Confirm(Request request)
    {
        // A confirm that comes after the connection ended is nobody's.
        if (_unconfirmed.Remove(request))
        {
            Finish(request);
        }
    }

    private void Finish(Request request)
    {
        SimLaws.Check(_world, _requests.Remove(request, out var taken), $"{request.CorrelationId} ended twice.");
        Settle(taken!);
    }

    private void Settle(Taken taken)
    {
        if (taken is { Consumer: { } consumer, IsSettled: false })
        {
            taken.IsSettled = true;

            // Of an epoch that has ended nothing can be settled; the broker gives it to somebody else.
            if (taken.Epoch == _epoch && _acknowledging is { } link)
            {
                var queue = _broker.Endpoints[taken.Call.Endpoint];
                link.Send(() => queue.Acknowledge(consumer, taken.Message!));
            }
        }
    }

    private sealed class Taken(SimCall call)
    {
        public SimCall Call => call;

        public SimConsumer? Consumer { get; init; }

        public SimMessage? Message { get; init; }

        public uint Epoch { get; init; }

        public bool IsAnswered { get; set; }

        public bool IsSettled { get; set; }
    }
}
