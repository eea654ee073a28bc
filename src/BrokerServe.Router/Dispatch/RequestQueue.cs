using System.Diagnostics;

namespace BrokerServe.Router.Dispatch;

/// <summary>Requests in order, linked through themselves: adding, taking and removing anywhere are one step each.</summary>
internal struct RequestQueue
{
    public Request? First { get; private set; }

    public Request? Last { get; private set; }

    public int Count { get; private set; }

    public void AddLast(Request request)
    {
        request.QueuePrevious = Last;
        request.QueueNext = null;
        if (Last is null)
        {
            First = request;
        }
        else
        {
            Last.QueueNext = request;
        }

        Last = request;
        Count++;
    }

    public void AddFirst(Request request)
    {
        request.QueueNext = First;
        request.QueuePrevious = null;
        if (First is null)
        {
            Last = request;
        }
        else
        {
            First.QueuePrevious = request;
        }

        First = request;
        Count++;
    }

    public Request TakeFirst()
    {
        Debug.Assert(Count > 0, "There is no first request in an empty queue.");
        var first = First!;
        First = first.QueueNext;
        if (First is null)
        {
            Last = null;
        }
        else
        {
            First.QueuePrevious = null;
            first.QueueNext = null;
        }

        Count--;
        return first;
    }

    public void Remove(Request request)
    {
        Debug.Assert(Count > 0, "A request was removed from a queue that it is not in.");
        if (request.QueuePrevious is null)
        {
            First = request.QueueNext;
        }
        else
        {
            request.QueuePrevious.QueueNext = request.QueueNext;
        }

        if (request.QueueNext is null)
        {
            Last = request.QueuePrevious;
        }
        else
        {
            request.QueueNext.QueuePrevious = request.QueuePrevious;
        }

        request.QueueNext = request.QueuePrevious = null;
        Count--;
    }
}
