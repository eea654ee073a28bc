using BrokerServe.Protocol;
using BrokerServe.Router.Configuration;

namespace BrokerServe.Router.Dispatch;

// Requests come: admitted, held, refused; shadow copies beside them.
internal sealed partial class BackendDispatcher
{
    /// <summary>Takes a request over, to answer or drop it in the end.</summary>
    public void Arrive(Request request)
    {
        request.ArrivalNumber = ++_arrivals;
        if (StarvedOfRoom)
        {
            Pair(); // A new turn may have brought room of which no mail has told yet: what waits goes first.
        }

        if (request.IsShadow)
        {
            ArriveShadow(request);
        }
        else if (request.Epoch <= _endedEpoch)
        {
            Drop(request); // The broker gives it to the next epoch, or to another router.
        }
        else if (GoesBack(request))
        {
            Requeue(request); // Chosen by a table that was replaced meanwhile.
        }
        else if (_earlyCancels.Contains(request, NowMs))
        {
            Fail(request, RouterErrors.Cancelled());
        }
        else
        {
            var full = IsFull(request);
            if (Refusal(request, full) is { } refusal)
            {
                Fail(request, refusal);
            }
            else
            {
                Admit(request, full);
            }
        }
    }

    // Step 1: admit.
    private void Admit(Request request, bool full)
    {
        _cancels.Add(request);
        _wheel.Add(request, NowMs);
        if (_backlog.IsEmpty && NextReplica() is { } replica)
        {
            // Nothing waits before it, so it need not pass through the backlog: a sixth of the time of an idle dispatcher.
            _pairings++;
            Dispatch(request, replica);
            return;
        }

        if (full)
        {
            _backlog.Hold(request);
        }
        else
        {
            _backlog.AddLast(request);
        }

        Pair();
    }

    private void ArriveShadow(Request request)
    {
        if (_removed)
        {
            DropShadow(request);
            return;
        }

        _backlog.AddShadow(request);
        _wheel.Add(request, NowMs);
        Pair();

        // Beyond the bound the oldest goes, which would expire first; but a copy that alone is too large pushes nobody out.
        if (request.State == RequestState.Waiting && request.Call.Length > _model.ShadowMaxBytes)
        {
            DropShadow(request);
        }

        while (_backlog.Shadows > _model.ShadowMaxQueued || _backlog.ShadowBytes > _model.ShadowMaxBytes)
        {
            DropShadow(_backlog.OldestShadow!);
        }
    }

    private void DropShadow(Request request)
    {
        Counters.ShadowsDropped++;
        Drop(request);
    }

    private ErrorBody? Refusal(Request request, bool full)
    {
        if (_removed)
        {
            return RouterErrors.BackendRemoved(_model.Name);
        }

        if (request.DeadlineMs <= NowMs)
        {
            return RouterErrors.DeadlineExceeded("before the request reached the backlog");
        }

        if (_live == 0 && _model.WhenNoReplica == WhenNoReplica.Reject)
        {
            return RouterErrors.NoBackend(_model);
        }

        if (!full)
        {
            return null;
        }

        return _live == 0 ? RouterErrors.NoBackend(_model)
            : _model.WhenFull == WhenFull.Reject ? RouterErrors.Overloaded(_model, RetryAfterMs(request))
            : null;
    }

    private bool IsFull(Request request) =>
        _backlog.WaitingOf(request.EndpointId) >= _model.MaxQueuedQueries && NextReplica() is null;

    /// <summary>How long the endpoint's backlog takes to drain at the rate of the last second or so.</summary>
    private long RetryAfterMs(Request request) => _drainRate.TimeFor(_backlog.WaitingOf(request.EndpointId), NowMs);
}
