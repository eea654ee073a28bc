using System.Diagnostics;
using System.Numerics;

namespace BrokerServe.Router.Dispatch;

/// <summary>What one endpoint has waiting for one backend: a queue per priority, and what is held beyond the bound.</summary>
/// <remarks>Owned by its <see cref="Backlog"/>. <see cref="Waiting"/> is what the bound counts; <see cref="Held"/> is bounded by prefetch and the byte budget.</remarks>
internal sealed class EndpointBacklog
{
    public const int Priorities = 10;

    /// <summary>Every so many dispatches the oldest goes first whatever its priority, so that no priority starves.</summary>
    /// <remarks>16: low priorities keep at least 6 % of the endpoint's turns; few enough that high ones hardly notice.</remarks>
    public const int OldestEvery = 16;

    private readonly RequestQueue[] _byPriority = new RequestQueue[Priorities];
    private RequestQueue _held;
    private uint _nonEmpty; // Bit p is set while _byPriority[p] holds something.
    private int _taken;

    /// <summary>Requests in the backlog.</summary>
    public int Waiting { get; private set; }

    /// <summary>Requests beyond it, in delivery order.</summary>
    public int Held => _held.Count;

    /// <summary>The ring of endpoints that take turns; see <see cref="Backlog"/>.</summary>
    public EndpointBacklog? RingNext { get; set; }

    public EndpointBacklog? RingPrevious { get; set; }

    public void AddLast(Request request)
    {
        _byPriority[request.Priority].AddLast(request);
        Enter(request);
    }

    /// <summary>Puts a request whose attempt was lost before all others of its priority.</summary>
    public void AddFirst(Request request)
    {
        _byPriority[request.Priority].AddFirst(request);
        Enter(request);
    }

    public void Hold(Request request)
    {
        request.State = RequestState.Held;
        _held.AddLast(request);
    }

    /// <summary>Moves the longest held request into the backlog.</summary>
    public void AdmitHeld()
    {
        var request = _held.First!;
        _held.Remove(request);
        AddLast(request);
    }

    public void Remove(Request request)
    {
        if (request.State == RequestState.Held)
        {
            _held.Remove(request);
            return;
        }

        Debug.Assert(request.State == RequestState.Waiting, "A request was removed from a backlog that it is not in.");
        _byPriority[request.Priority].Remove(request);
        Left(request.Priority);
    }

    /// <summary>Takes the request whose turn it is: the highest priority first, and every 16th time the oldest.</summary>
    public Request Take()
    {
        Debug.Assert(Waiting > 0, "There is nothing to take.");
        var priority = ++_taken % OldestEvery == 0 ? OldestPriority() : BitOperations.Log2(_nonEmpty);
        var request = _byPriority[priority].TakeFirst();
        Left(priority);
        request.State = RequestState.Unplaced;
        return request;
    }

    /// <summary>Some request that waits or is held, for emptying the backlog; null when there is none.</summary>
    public Request? Any() => _nonEmpty != 0 ? _byPriority[BitOperations.Log2(_nonEmpty)].First : _held.First;

    /// <summary>Adds every request of an epoch up to <paramref name="epoch"/>.</summary>
    public void CollectUpTo(uint epoch, List<Request> into)
    {
        foreach (ref readonly var queue in _byPriority.AsSpan())
        {
            Collect(queue, epoch, into);
        }

        Collect(_held, epoch, into);
    }

    private static void Collect(in RequestQueue queue, uint epoch, List<Request> into)
    {
        for (var request = queue.First; request is not null; request = request.QueueNext)
        {
            if (request.Epoch <= epoch)
            {
                into.Add(request);
            }
        }
    }

    private int OldestPriority()
    {
        var (oldest, arrival) = (0, long.MaxValue);
        for (var bits = _nonEmpty; bits != 0; bits &= bits - 1)
        {
            var priority = BitOperations.TrailingZeroCount(bits);
            if (_byPriority[priority].First!.ArrivalNumber < arrival)
            {
                (oldest, arrival) = (priority, _byPriority[priority].First!.ArrivalNumber);
            }
        }

        return oldest;
    }

    private void Left(int priority)
    {
        Waiting--;
        if (_byPriority[priority].Count == 0)
        {
            _nonEmpty &= ~(1u << priority);
        }
    }

    private void Enter(Request request)
    {
        request.State = RequestState.Waiting;
        _nonEmpty |= 1u << request.Priority;
        Waiting++;
    }
}
