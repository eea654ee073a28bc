using System.Diagnostics;
using BrokerServe.Protocol;
using BrokerServe.Router.Dispatch;
using BrokerServe.Router.Ingress;
using BrokerServe.Router.Telemetry;
using BrokerServe.Transport;
using Microsoft.Extensions.Logging;

namespace BrokerServe.Router.Egress;

/// <summary>Where requests end: sends each answer the way its endpoint promises, and gives everything back that the request held.</summary>
/// <remarks>Any thread. <see cref="Finish"/>, <see cref="Drop"/> or <see cref="Requeue"/> is called once for every request.</remarks>
internal sealed class AnswerDesk
{
    private readonly RouterClock _clock;
    private readonly RouterMetrics _metrics;
    private readonly ByteBudget _budget;

    public AnswerDesk(ObjectNames names, QueueType sharedQueues, RouterClock clock, RouterMetrics metrics, ByteBudget budget, ILoggerFactory loggers)
    {
        _clock = clock;
        _metrics = metrics;
        _budget = budget;
        var logger = loggers.CreateLogger<ReplyPublisher>();
        AtLeastOnce = new ReplyPublisher(repeats: true, names, sharedQueues, this, logger);
        AtMostOnce = new ReplyPublisher(repeats: false, names, sharedQueues, this, logger);
    }

    /// <summary>For endpoints that deliver at least once.</summary>
    public ReplyPublisher AtLeastOnce { get; }

    /// <summary>For endpoints that deliver at most once.</summary>
    public ReplyPublisher AtMostOnce { get; }

    /// <summary>Takes a request that has its answer.</summary>
    public void Take(Request request)
    {
        if (request.Copy == CopyState.None)
        {
            ReturnCall(request); // A copy for the dead queue is still to be made of it.
        }

        var nowUs = _clock.NowUs;
        _metrics.Answered(request, nowUs);
        request.Counters?.Answered(request.Status, nowUs - request.ArrivedUs);
        TimeAtReplica(request, nowUs);
        if (request.ReplyTo is null && request.Status == ReplyStatus.Ok)
        {
            Finish(request); // One-way, and done: nobody is to be told.
        }
        else
        {
            (request.AtMostOnce ? AtMostOnce : AtLeastOnce).Post(request);
        }
    }

    /// <summary>The answer is out and, where promised, confirmed: the request is settled.</summary>
    public void Finish(Request request)
    {
        if (request.Copy == CopyState.Sent)
        {
            AtLeastOnce.TakeBack(request, CopyState.Kept);
            return;
        }

        request.ReplyPayload.Return();
        if (request.Activity is { } activity)
        {
            RouterTraces.End(activity, request.Status);
        }

        request.Delivery?.EndMember();
        Recycle(request);
    }

    /// <summary>The broker did not take the answer: it is published once more, and given up when it is refused again.</summary>
    public void TakeRefused(Request request)
    {
        if (request is { WasRefused: true, Copy: CopyState.Sent })
        {
            CountUndeliverable();
            AtLeastOnce.GiveUpCopy(request, "The broker has refused or returned it twice.");
        }
        else if (request.WasRefused || request.AtMostOnce)
        {
            CountUndeliverable();
            Finish(request);
        }
        else
        {
            request.WasRefused = true;
            AtLeastOnce.Post(request);
        }
    }

    /// <summary>The request ends without an answer: a shadow, or one whose delivery died with its connection.</summary>
    public void Drop(Request request)
    {
        if (!ComesAgain(request))
        {
            Take(request);
            return;
        }

        ReturnCall(request);
        TimeAtReplica(request, _clock.NowUs);
        request.Activity?.Dispose();
        request.Delivery?.EndMember();
        Recycle(request);
    }

    /// <summary>The request goes back to the broker, for another router or for later.</summary>
    public void Requeue(Request request)
    {
        if (!ComesAgain(request))
        {
            Take(request);
            return;
        }

        ReturnCall(request);
        request.Activity?.Dispose();
        request.Delivery?.RequeueMember();
        Recycle(request);
    }

    /// <summary>Whether letting go of a request leaves it to the broker. If not, it has its answer now.</summary>
    /// <remarks>At most once a message is settled when the first of its requests is dispatched, and nobody delivers the others again.</remarks>
    private static bool ComesAgain(Request request)
    {
        if (request.Delivery is not { IsSettled: true })
        {
            return true;
        }

        request.Error = RouterErrors.LetGo();
        request.Status = request.Error.Status;
        return false;
    }

    /// <summary>A reply reached nobody.</summary>
    public void CountUndeliverable() => _metrics.Undeliverable();

    // Here and not in the dispatcher, which has no clock but that of its turn.
    private void TimeAtReplica(Request request, long nowUs)
    {
        if (request.AnsweredBy is { } replica)
        {
            replica.Counters?.AtReplica.Count(nowUs - request.SentUs);
            _metrics.Replied(request, nowUs);
        }
    }

    /// <summary>Gives back what was asked for, which nobody needs any more.</summary>
    public void ReturnCall(Request request)
    {
        _budget.Return(request.HeldBytes);
        request.ReturnCall();
    }

    private static void Recycle(Request request)
    {
        var pool = request.Pool;
        Debug.Assert(pool is not null, "Every request comes from a pool.");
        pool.Return(request);
    }
}
