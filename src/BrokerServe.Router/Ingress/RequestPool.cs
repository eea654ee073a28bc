using BrokerServe.Router.Dispatch;
using BrokerServe.Router.Mailboxes;

namespace BrokerServe.Router.Ingress;

/// <summary>Idle requests of one consumer, and the count of those that are out.</summary>
/// <remarks>Rented by the consumer's deliveries, one at a time; returned from any thread. Prefetch bounds it, at up to 64 requests for each message, and the byte budget; shadows have a bound of their own.</remarks>
internal sealed class RequestPool
{
    private readonly NodePool<Request> _requests;
    private int _outstanding;
    private TaskCompletionSource? _waiter;

    public RequestPool() => _requests = new NodePool<Request>(() => new Request());

    /// <summary>Requests that have not ended.</summary>
    public int Outstanding => Volatile.Read(ref _outstanding);

    public Request Rent()
    {
        Interlocked.Increment(ref _outstanding);
        var request = _requests.Rent();
        request.Pool = this;
        return request;
    }

    /// <summary>Takes a request back. Each rented one comes back once.</summary>
    public void Return(Request request)
    {
        request.Clear();
        _requests.Return(request);

        // A full fence before the look at the waiter, as between the waiter and its look at the count: one of the two sees the other.
        if (Interlocked.Decrement(ref _outstanding) == 0)
        {
            Volatile.Read(ref _waiter)?.TrySetResult();
        }
    }

    /// <summary>Completes when every request is back. For one caller, once nothing new is rented.</summary>
    public Task WhenAllReturnedAsync()
    {
        var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Exchange(ref _waiter, waiter);
        return Outstanding == 0 ? Task.CompletedTask : waiter.Task;
    }
}
