using BrokerServe.Worker.Memory;

namespace BrokerServe.Worker;

public sealed partial class BrokerServeWorkerOptions
{
    /// <summary>Answers a request that comes again with the reply that it had, instead of running it again.</summary>
    /// <remarks>
    /// <para>Work runs at least once: after a crash, or when a producer repeats itself, a request may come again. Requests are the same whose
    /// <see cref="QueryContext.AppId"/> and <see cref="QueryContext.MessageId"/> are; those without a message id are not remembered. Replies are
    /// remembered, errors are not, for who calls again after one wants it tried. A request that comes while it runs already waits for that run,
    /// in a place of its own of <see cref="MaxConcurrentQueries"/>, and gets the same reply or error.</para>
    /// <para>The replicas of this worker remember together, also after their connection was lost and they came back under new names. Another
    /// process knows nothing of it, nor this one after a restart, unless both use one <see cref="ReplyMemoryOptions.Store"/>.</para>
    /// <para>Off unless it is asked for: it costs memory and a lock for each query, handlers that change nothing need none of it, and a producer
    /// that gives one message id to two requests would get the first one's reply to both.</para>
    /// <para>It has its place among the middleware: what was added before sees every query, what is added later and the handler only those that
    /// run. So add what checks who asks before it.</para>
    /// <code>
    /// worker.RememberReplies(memory => memory.MaxAge = TimeSpan.FromMinutes(5));
    /// </code>
    /// </remarks>
    /// <param name="configure">Changes the bounds; null: the defaults.</param>
    /// <returns>The same options.</returns>
    /// <exception cref="ArgumentException">A bound is out of its range.</exception>
    public BrokerServeWorkerOptions RememberReplies(Action<ReplyMemoryOptions>? configure = null)
    {
        var options = new ReplyMemoryOptions();
        configure?.Invoke(options);
        options.Check();
        return Use(new ReplyMemory(options).InvokeAsync);
    }
}
