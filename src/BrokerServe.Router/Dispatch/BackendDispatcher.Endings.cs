using System.Diagnostics;
using BrokerServe.Protocol;

namespace BrokerServe.Router.Dispatch;

// Requests end, each once; an attempt that was lost goes back to the head of the backlog.
internal sealed partial class BackendDispatcher
{
    private bool MayRetry(Request request) => request.Attempts < _model.MaxAttempts && MayRunAgain(request);

    private bool MayRunAgain(Request request) =>
        !request.IsShadow && !request.AtMostOnce && request.DeadlineMs > NowMs && (!_removed || _givesBack);

    private void Reoffer(Request request)
    {
        ref var slot = ref _slots[request.SlotIndex];
        if (ReferenceEquals(slot.Request, request))
        {
            slot.Request = null;
        }

        if (_removedUpTo.TryGetValue(request.EndpointId, out var removed) && request.ArrivalNumber <= removed)
        {
            Fail(request, RouterErrors.EndpointRemoved(request.Endpoint));
            return;
        }

        if (_givesBack || (_requeuedUpTo.TryGetValue(request.EndpointId, out var last) && request.ArrivalNumber <= last))
        {
            Requeue(request);
            return;
        }

        _backlog.AddFirst(request);
        Counters.Reoffered++;
    }

    private void Expire(Request request)
    {
        if (request.IsShadow)
        {
            Drop(request);
        }
        else
        {
            Fail(request, RouterErrors.DeadlineExceeded(request.State == RequestState.InFlight ? "at a replica" : "in the backlog"));
        }
    }

    private void Fail(Request request, ErrorBody error)
    {
        if (request.IsShadow)
        {
            Drop(request);
            return;
        }

        request.Error = error;
        Answer(request, error.Status);
    }

    private void Answer(Request request, ReplyStatus status)
    {
        LetGo(request);
        request.Status = status;
        request.State = RequestState.Answered;
        _outbox.Answers.Add(request);
    }

    private void Drop(Request request)
    {
        LetGo(request);
        request.State = RequestState.Dropped;
        _outbox.Dropped.Add(request);
    }

    /// <summary>Takes a request out of wherever it is. Its slot, if it has one, stays open until it is vacated.</summary>
    private void LetGo(Request request)
    {
        Debug.Assert(request.State is not (RequestState.Answered or RequestState.Dropped), "A request ended twice.");
        switch (request.State)
        {
            case RequestState.Waiting or RequestState.Held:
                _backlog.Remove(request, _model.MaxQueuedQueries);
                break;
            case RequestState.Aside:
                _aside.Remove(request);
                break;
            case RequestState.InFlight when ReferenceEquals(_slots[request.SlotIndex].Request, request):
                _slots[request.SlotIndex].Request = null;
                break;
        }

        _wheel.Remove(request);
        _cancels.Remove(request);
    }
}
