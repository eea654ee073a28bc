using System.Collections.Concurrent;
using BrokerServe.Transport.Supervision;

namespace BrokerServe.Transport.InMemory;

/// <summary>Tells the publishers' events of one connection, one at a time, as a connection's reading thread does.</summary>
internal sealed class EventLoop(Motion? motion) : IThreadPoolWorkItem
{
    private readonly ConcurrentQueue<Publisher> _withNews = new();
    private int _scheduled;

    /// <summary>Asks for <see cref="Publisher.TellNews"/>. Each publisher is in line once at most, which bounds the line.</summary>
    public void Post(Publisher publisher)
    {
        _withNews.Enqueue(publisher);
        if (Interlocked.Exchange(ref _scheduled, 1) == 0)
        {
            motion?.Begin();
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        do
        {
            while (_withNews.TryDequeue(out var publisher))
            {
                publisher.TellNews();
            }

            // After clearing the flag, look again: who posted while it was set did not schedule the loop.
            Interlocked.Exchange(ref _scheduled, 0);
        }
        while (!_withNews.IsEmpty && Interlocked.Exchange(ref _scheduled, 1) == 0);
        motion?.End();
    }
}
