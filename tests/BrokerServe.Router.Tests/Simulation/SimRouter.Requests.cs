using BrokerServe.Protocol;
using BrokerServe.Router.Dispatch;
using BrokerServe.Router.Ingress;
using BrokerServe.Router.Mailboxes;
using BrokerServe.Transport.Buffers;

namespace BrokerServe.Router.Tests.Simulation;

// Requests come in, and their answers go out.
internal sealed partial class SimRouter
{
    private const string ReplyTo = "replies.producer";

    private readonly Dictionary<Request, Taken> _requests = []; // Everything that has not ended.
    private readonly HashSet<Request> _sent = [];
    private readonly NodePool<PendingDelivery> _deliveries = PendingDelivery.CreatePool();

    /// <summary>Requests that have not ended, copies not counted.</summary>
    public int Unended => _requests.Keys.Count(r => !r.IsShadow);

    public int UnendedCopies => _requests.Keys.Count(r => r.IsShadow);

    public int MaxAttemptsOf(string backend) => _plan.Backends.Single(b => b.Name == backend).Config.MaxAttempts;

    public SimCall CallOf(Request request) => _requests[request].Call;

    /// <summary>The listener of an endpoint: each call of the message is a request of its own, and the last to end settles it.</summary>
    private void Take(SimConsumer consumer, SimMessage message, uint epoch)
    {
        if (!IsAlive)
        {
            return;
        }

        if (message.Calls.Count > 1)
        {
            _world.Tally.Add(message.IsRedelivered ? "frames redelivered" : "frames");
        }

        var delivery = _deliveries.Rent();
        delivery.Begin(consumer, consumer.Begin(message));
        foreach (var call in message.Calls)
        {
            delivery.AddMember();
            Take(call, message, delivery, epoch);
        }

        delivery.EndMember(); // The one that it began with.
    }

    /// <summary>Chooses a backend and shadows for one call, and posts.</summary>
    private void Take(SimCall call, SimMessage message, PendingDelivery delivery, uint epoch)
    {
        var policy = _plan.Policies[call.Endpoint];
        var request = Make(call, policy.Backends[policy.Choose(_world.Chance.NextDouble())].Backend, epoch);
        request.AtMostOnce = call.AtMostOnce;
        request.Delivery = delivery;
        _requests.Add(request, new Taken(call, message));
        if (call.AtMostOnce && message.IsRedelivered)
        {
            // It may have been dispatched, and only its acknowledgement was lost.
            Refuse(request, RouterErrors.Redelivered());
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
        _requests.Add(copy, new Taken(call, null));
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
        SimLaws.Check(_world, query.Attempt <= MaxAttemptsOf(request.Backend), "A request had more attempts than it may have.");
        if (request is { AtMostOnce: true, Delivery: { } delivery })
        {
            if (_requests[request].Message!.Calls.Count > 1)
            {
                _world.Tally.Add("frames settled early");
            }

            delivery.SettleEarly();
            delivery.EndMember();
            request.Delivery = null;
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

    /// <summary>An endpoint leaves its configuration and comes back: what is not dispatched goes back to the broker.</summary>
    public void GiveBack(string endpoint)
    {
        _world.Say($"{Name}: gives {endpoint} back");
        foreach (var backend in Backends.Values)
        {
            backend.Post(dispatcher => dispatcher.RequeueEndpoint(_plan.EndpointId(endpoint)));
        }
    }

    public void Drop(Request request)
    {
        if (ComesAgain(request))
        {
            Finish(request);
        }
    }

    public void Requeue(Request request)
    {
        if (ComesAgain(request))
        {
            SimLaws.Check(_world, _requests.Remove(request), $"{request.CorrelationId} ended twice.");
            request.Delivery?.RequeueMember();
        }
    }

    // As at the production desk: of a message that was settled with another of its requests nobody delivers this one again.
    private bool ComesAgain(Request request)
    {
        if (request.Delivery is not { IsSettled: true })
        {
            return true;
        }

        _world.Tally.Add("let go after early settling");
        Refuse(request, RouterErrors.LetGo());
        return false;
    }

    private void Refuse(Request request, ErrorBody error)
    {
        request.Error = error;
        request.Status = error.Status;
        Answer(request);
    }

    // Answers that are ready together travel in one message, and the producer gets all of them or none.
    private void PublishAnswers()
    {
        while (_publishing is { } link && !_isBlocked && _unpublished.Count > 0)
        {
            var together = new List<Request>();
            for (var most = 1 + _world.Chance.Next(4); together.Count < most && _unpublished.TryDequeue(out var request);)
            {
                together.Add(request);
            }

            _unconfirmed.AddRange(together);
            var endings = together.ConvertAll(request => (_requests[request].Call, request.Status.Name()));
            var confirms = _confirms!;
            link.Send(() =>
            {
                endings.ForEach(ending => ending.Call.HasAnswer = true);
                _world.Within(20, () => endings.ForEach(ending => ending.Call.End(ending.Item2)));
                confirms.Send(() => together.ForEach(Confirm));
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
        SimLaws.Check(_world, _requests.Remove(request), $"{request.CorrelationId} ended twice.");
        request.Delivery?.EndMember();
    }

    private sealed class Taken(SimCall call, SimMessage? message)
    {
        public SimCall Call => call;

        /// <summary>What it came in; null for a copy.</summary>
        public SimMessage? Message => message;

        public bool IsAnswered { get; set; }
    }
}
