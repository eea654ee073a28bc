using BrokerServe.Worker.Handlers;

namespace BrokerServe.Worker;

public sealed partial class BrokerServeWorkerOptions
{
    internal List<Func<QueryDelegate, QueryDelegate>> Middleware { get; } = [];

    /// <summary>Puts code around every handler of this worker, of whatever kind, and wherever it is added.</summary>
    /// <remarks>
    /// <para>The first one added is the outermost: it sees a query first, and its outcome last. Without any, handlers are called as if there
    /// were no such thing.</para>
    /// <para>A batch handler's queries come through one by one, each with its own context, token and scope, so that a middleware need not know
    /// whether a handler takes batches. The handler is called once, with those that came as far as it, when every other member has ended on
    /// the way; each then goes back with its own reply. So a batch waits for its slowest member, and a middleware that lets one query pass
    /// only after another has come back holds it up until the deadline: to bound how many run, there is
    /// <see cref="MaxConcurrentQueries"/>.</para>
    /// <code>
    /// worker.Use(async (query, next, cancellation) =>
    /// {
    ///     var started = Stopwatch.GetTimestamp();
    ///     try
    ///     {
    ///         return await next(query, cancellation);
    ///     }
    ///     finally
    ///     {
    ///         Console.WriteLine($"{query.Method} took {Stopwatch.GetElapsedTime(started)}");
    ///     }
    /// });
    /// </code>
    /// </remarks>
    /// <param name="middleware">See <see cref="IQueryMiddleware.InvokeAsync"/>; called by many queries at once.</param>
    /// <returns>The same options.</returns>
    public BrokerServeWorkerOptions Use(Func<QueryContext, QueryDelegate, CancellationToken, ValueTask<ReplyPayload>> middleware)
    {
        ArgumentNullException.ThrowIfNull(middleware);
        Middleware.Add(next => (query, cancellation) => middleware(query, next, cancellation));
        return this;
    }

    /// <summary>Puts a class around every handler of this worker; see <see cref="Use"/>.</summary>
    /// <remarks>
    /// A class that is registered in the host's services is resolved from the query's scope, with the lifetime it was registered with; any
    /// other is made anew for each query, its constructor's arguments taken from the scope, and disposed when the query has come back.
    /// </remarks>
    /// <typeparam name="TMiddleware">The class.</typeparam>
    /// <returns>The same options.</returns>
    /// <exception cref="TypeInitializationException">
    /// The class cannot be made: it needs one public constructor, or one that is marked as the one to take.
    /// </exception>
    public BrokerServeWorkerOptions Use<TMiddleware>()
        where TMiddleware : class, IQueryMiddleware
    {
        Instances<TMiddleware>.Prepare();
        Middleware.Add(next => async (query, cancellation) =>
        {
            var (middleware, isOurs) = Instances<TMiddleware>.Get(query.Services);
            try
            {
                return await middleware.InvokeAsync(query, next, cancellation).ConfigureAwait(false);
            }
            finally
            {
                await Instances<TMiddleware>.EndAsync(middleware, isOurs).ConfigureAwait(false);
            }
        });
        return this;
    }
}
