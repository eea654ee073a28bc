using System.Diagnostics;
using BrokerServe.Protocol;
using BrokerServe.Protocol.Frames;
using BrokerServe.Router.Dispatch;
using BrokerServe.Router.Mailboxes;
using BrokerServe.Router.Routing;
using BrokerServe.Router.Telemetry;
using BrokerServe.Transport;
using BrokerServe.Transport.Buffers;
using BrokerServe.Transport.Supervision;

namespace BrokerServe.Router.Ingress;

/// <summary>Turns deliveries of one consumer into requests of backends: reads, chooses, copies once, posts.</summary>
/// <remarks>
/// For one delivery at a time; one intake per consumer and epoch. The walk: (1) the return address, (2) one snapshot of the routing table,
/// (3) everything else in the properties, (4) the choice of backend and shadows, (5) one copy of the body, (6) the post.
/// </remarks>
/// <param name="parts">The router.</param>
/// <param name="epoch">The life of the consuming connection.</param>
/// <param name="whenUnknown">What becomes of a request whose endpoint is not in the table.</param>
internal sealed class RequestIntake(RouterParts parts, uint epoch, WhenUnknown whenUnknown)
{
    /// <summary>Stands for endpoints that nobody configured, so that no producer can make up metrics.</summary>
    private const string Unknown = "(unknown)";

    /// <summary>How long a request without a queue of its own rests before it is looked at again: nobody notices a second beside a missing policy.</summary>
    private static readonly TimeSpan RestWithoutPolicy = TimeSpan.FromSeconds(1);

    private readonly NodePool<PendingDelivery> _deliveries = PendingDelivery.CreatePool();
    private readonly RequestPool _requests = new();
    private readonly RequestPool _shadows = new(); // Of their own: nobody waits for them, not even a router that stops.
    private readonly ArrivalReader _arrivals = new();
    private readonly Random _random = new();
    private readonly List<ActivityContext> _sampled = []; // The spans of the frame that is being taken in.
    private readonly RequestReader _reader = new(parts.Names, parts.Clock, parts.Broker.Limits.MaxBodyBytes);

    /// <summary>Completes when every request of this consumer has ended. Once nothing new comes.</summary>
    public Task WhenAllEndedAsync() => _requests.WhenAllReturnedAsync();

    /// <summary>Takes a delivery over: one request, or a frame of them.</summary>
    /// <param name="delivery">Lent.</param>
    /// <param name="endpoint">The endpoint that was called.</param>
    /// <param name="settler">Who settles the delivery in the end.</param>
    public void Take(in Delivery delivery, string endpoint, Settler settler)
    {
        using var together = HeldWakes.Begin();
        var pending = _deliveries.Rent();
        pending.Begin(settler, delivery.Tag);
        if (ArrivalReader.IsFrame(delivery.Properties))
        {
            TakeFrame(delivery, endpoint, pending);
        }
        else
        {
            TakeOne(_arrivals.Read(delivery), endpoint, NewRequest(pending));
        }
    }

    private void TakeFrame(in Delivery frame, string endpoint, PendingDelivery pending)
    {
        // All of it is looked at first: half a frame served, and the whole refused, would be two outcomes for some of its requests.
        if (!ArrivalReader.IsSound(frame.Body) || !RequestFrameReader.TryOpen(frame.Body, out var reader))
        {
            var nobodys = NewRequest(pending);
            nobodys.ArriveAt(parts.Clock.NowUs);
            nobodys.Endpoint = parts.Control.Table.Endpoints.ContainsKey(endpoint) ? endpoint : Unknown;
            Refuse(nobodys, RouterErrors.BadRequest($"The message says that it is a request frame ({frame.Body.Length} bytes) and cannot be read as one."));
            return;
        }

        _arrivals.Begin(frame);
        _sampled.Clear();
        var members = 0;
        while (reader.TryRead(out var member))
        {
            members++;
            pending.AddMember();
            var request = NewRequest(pending);
            request.AcceptsFrames = true;
            TakeOne(_arrivals.Read(frame, member), endpoint, request);
        }

        pending.EndMember(); // The one that it began with.
        if (members > 1 && _sampled.Count > 0)
        {
            RouterTraces.Frame("receive", endpoint, members, _sampled);
        }
    }

    private Request NewRequest(PendingDelivery pending)
    {
        var request = _requests.Rent();
        request.Delivery = pending;
        request.Epoch = epoch;
        return request;
    }

    private void TakeOne(in Arrival arrival, string endpoint, Request request)
    {
        // Step 1: the return address.
        var error = _reader.ReadReturnAddress(arrival, request);

        // Step 2: one snapshot of the table.
        var table = parts.Control.Table;
        if (!table.Endpoints.TryGetValue(endpoint, out var model))
        {
            TakeUnknown(request, endpoint, error);
            return;
        }

        request.Endpoint = model.Name;
        parts.Metrics.Admitted(model.Name);
        var known = parts.EndpointIds.Find(model.Name);
        request.Counters = known?.Counters;
        request.Counters?.Admitted();
        if (model.Policy is not { } policy)
        {
            RequeueForLater(request);
            return;
        }

        request.AtMostOnce = model.Delivery == DeliveryGuarantee.AtMostOnce;
        if (request.AcceptsFrames && !model.CoalesceRequests)
        {
            // It was sent before its producer heard so; now it does.
            request.AcceptsFrames = false;
            request.TakesFrames = false;
        }

        if (request.AtMostOnce && arrival.Redelivered)
        {
            // It may have been dispatched, and only its acknowledgement was lost.
            Refuse(request, error ?? RouterErrors.Redelivered());
            return;
        }

        // Step 3: everything else.
        if ((error ?? _reader.ReadProperties(arrival, model, request)) is { } wrong)
        {
            Refuse(request, wrong);
            return;
        }

        if (_reader.Headers.AskForFrames && !request.AcceptsFrames)
        {
            request.TakesFrames = model.CoalesceRequests;
        }

        Route(arrival, request, policy, known);
    }

    /// <summary>An endpoint without a policy: the request waits in the broker, as others do.</summary>
    private void RequeueForLater(Request request)
    {
        if (whenUnknown == WhenUnknown.Requeue)
        {
            parts.Desk.Requeue(request); // The traffic was just taken away, and this consumer is about to stop.
            return;
        }

        // Published before its endpoint had a queue, it is in the queue of the unroutable, which is consumed all the time: given back at
        // once, it would come again at once, for as long as there is no policy.
        ITimer? timer = null;
        timer = parts.Clock.Time.CreateTimer(
            _ =>
            {
                timer!.Dispose();
                parts.Desk.Requeue(request);
            },
            state: null,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
        timer.Change(RestWithoutPolicy, Timeout.InfiniteTimeSpan);
    }

    private void TakeUnknown(Request request, string endpoint, ErrorBody? error)
    {
        request.Endpoint = Unknown;
        switch (whenUnknown)
        {
            case WhenUnknown.Requeue when !parts.Control.IsRemoved(endpoint):
                parts.Desk.Requeue(request);
                break;
            case WhenUnknown.Requeue or WhenUnknown.RefuseAsRemoved: // What was removed by command goes back nowhere: another router deletes the queue.
                request.Endpoint = endpoint;
                Refuse(request, error ?? RouterErrors.EndpointRemoved(endpoint));
                break;
            default:
                Refuse(request, error ?? RouterErrors.EndpointNotFound(endpoint));
                break;
        }
    }

    private void Route(in Arrival arrival, Request request, TrafficPolicy policy, KnownEndpoint? known)
    {
        // Step 4: the choice.
        var draws = new RequestDraws(_reader.Headers.HasShardKey, _reader.Headers.ShardKey, _random);
        request.Backend = policy.Backends[policy.Choose(draws.ForBackend())].Backend;
        if (parts.Loops.Of(request.Backend) is not { } loop || known is null)
        {
            parts.Desk.Requeue(request); // A table newer than the loops: for a moment, at a change.
            return;
        }

        request.EndpointId = known.Id;
        StartTrace(request);

        // Step 5: the copy.
        request.Call = _reader.EncodeCall(arrival, request, request.Activity?.Id);
        if (_reader.ExceedsFrame(request.Call.Length))
        {
            var bytes = request.Call.Length;
            request.ReturnCall();
            Refuse(request, RouterErrors.PayloadTooLarge("request with its properties", bytes, _reader.MaxCallBytes));
            return;
        }

        if (_reader.Headers.HasShardKey && !request.AtMostOnce)
        {
            // The choice is made; only a copy in the dead queue still names the key. At most once there is none.
            request.HasShardKey = true;
            request.ShardKey = PooledBytes.CopyOf(_reader.Headers.ShardKey);
        }

        if (!parts.Budget.TryTake(request.HeldBytes))
        {
            request.ReturnCall();
            Refuse(request, RouterErrors.OverloadedByBytes(parts.Budget.MaxBytes));
            return;
        }

        if (!arrival.Redelivered)
        {
            CopyToShadows(request, policy, draws); // Copies are made at most once, so not again for what comes again.
        }

        // Step 6: the post. The request is the loop's from here on.
        loop.Post(request);
    }

    private void CopyToShadows(Request request, TrafficPolicy policy, in RequestDraws draws)
    {
        foreach (var share in policy.Shadows)
        {
            if (!share.Takes(draws.ForShadow(share.Backend)) || parts.Loops.Of(share.Backend) is not { } loop || !parts.Budget.TryTake(request.Call.Length))
            {
                continue;
            }

            var shadow = _shadows.Rent();
            shadow.IsShadow = true;
            shadow.AtMostOnce = true;
            shadow.Endpoint = request.Endpoint;
            shadow.EndpointId = request.EndpointId;
            shadow.Backend = share.Backend;
            shadow.Epoch = request.Epoch;
            shadow.ArriveAt(request.ArrivedUs);
            shadow.DeadlineMs = request.DeadlineMs;
            shadow.DeadlineUnixMs = request.DeadlineUnixMs;
            shadow.Call = PooledBytes.CopyOf(request.Call.Span);
            loop.Post(shadow);
        }
    }

    private void StartTrace(Request request)
    {
        if (RouterTraces.IsOn)
        {
            var headers = _reader.Headers;
            request.Activity = RouterTraces.Start(request.Endpoint, request.Backend, headers.TraceParent, headers.TraceState);
            if (request is { AcceptsFrames: true, Activity: { IsAllDataRequested: true } span })
            {
                _sampled.Add(span.Context);
            }
        }
    }

    private void Refuse(Request request, ErrorBody error)
    {
        request.Error = error;
        request.Status = error.Status;
        request.State = RequestState.Answered;
        parts.Desk.Take(request);
    }
}
