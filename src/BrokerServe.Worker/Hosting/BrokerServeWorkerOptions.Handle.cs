using System.Runtime.CompilerServices;
using BrokerServe.Worker.Handlers;

namespace BrokerServe.Worker;

public sealed partial class BrokerServeWorkerOptions
{
    /// <summary>Answers calls that name no method.</summary>
    /// <inheritdoc cref="Handle{TRequest,TReply}(string,Func{TRequest,TReply})"/>
    public BrokerServeWorkerOptions Handle<TRequest, TReply>(Func<TRequest, TReply> handler) => Handle(CallMethodAttribute.Default, handler);

    /// <summary>Answers calls of a method. The handler runs on a thread of the pool, as many at once as the limit allows.</summary>
    /// <param name="method">The call method, 1 to 255 bytes of UTF-8.</param>
    /// <param name="handler">
    /// Takes the payload, and returns what is written as the reply's payload. What it throws becomes the caller's error: see
    /// <see cref="QueryException"/>.
    /// </param>
    /// <returns>The same options.</returns>
    /// <exception cref="ArgumentException">
    /// The method has no name or one that is too long, or has a handler already; or the handler returns a task as its reply.
    /// </exception>
    public BrokerServeWorkerOptions Handle<TRequest, TReply>(string method, Func<TRequest, TReply> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Single<TReply>(method, (query, _) => new ValueTask<ReplyPayload>(query.Reply(handler(query.Read<TRequest>()))));
    }

    /// <summary>Answers calls that name no method.</summary>
    /// <inheritdoc cref="Handle{TRequest,TReply}(string,Func{TRequest,QueryContext,CancellationToken,TReply})"/>
    public BrokerServeWorkerOptions Handle<TRequest, TReply>(Func<TRequest, QueryContext, CancellationToken, TReply> handler) =>
        Handle(CallMethodAttribute.Default, handler);

    /// <inheritdoc cref="Handle{TRequest,TReply}(string,Func{TRequest,TReply})"/>
    public BrokerServeWorkerOptions Handle<TRequest, TReply>(
        string method, Func<TRequest, QueryContext, CancellationToken, TReply> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Single<TReply>(
            method,
            (query, cancellation) => new ValueTask<ReplyPayload>(query.Reply(handler(query.Read<TRequest>(), query, cancellation))));
    }

    /// <summary>Answers calls that name no method.</summary>
    /// <inheritdoc cref="Handle{TRequest,TReply}(string,Func{TRequest,QueryContext,CancellationToken,ValueTask{TReply}})"/>
    [OverloadResolutionPriority(1)] // Async lambdas fit Task and ValueTask alike; this one allocates less.
    public BrokerServeWorkerOptions Handle<TRequest, TReply>(Func<TRequest, QueryContext, CancellationToken, ValueTask<TReply>> handler) =>
        Handle(CallMethodAttribute.Default, handler);

    /// <summary>Answers calls of a method. The handler begins on a thread of the pool; as many run at once as the limit allows.</summary>
    /// <param name="method">The call method, 1 to 255 bytes of UTF-8.</param>
    /// <param name="handler">
    /// Takes the payload, the query and a token that fires when nobody waits any more or the worker stops, and returns what is written as the
    /// reply's payload. What it throws becomes the caller's error: see <see cref="QueryException"/>.
    /// </param>
    /// <returns>The same options.</returns>
    /// <exception cref="ArgumentException">The method has no name or one that is too long, or has a handler already.</exception>
    [OverloadResolutionPriority(1)]
    public BrokerServeWorkerOptions Handle<TRequest, TReply>(
        string method, Func<TRequest, QueryContext, CancellationToken, ValueTask<TReply>> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Single<TReply>(
            method,
            async (query, cancellation) =>
                query.Reply(await handler(query.Read<TRequest>(), query, cancellation).ConfigureAwait(false)));
    }

    /// <summary>Answers calls that name no method.</summary>
    /// <inheritdoc cref="Handle{TRequest,TReply}(string,Func{TRequest,QueryContext,CancellationToken,ValueTask{TReply}})"/>
    public BrokerServeWorkerOptions Handle<TRequest, TReply>(Func<TRequest, QueryContext, CancellationToken, Task<TReply>> handler) =>
        Handle(CallMethodAttribute.Default, handler);

    /// <inheritdoc cref="Handle{TRequest,TReply}(string,Func{TRequest,QueryContext,CancellationToken,ValueTask{TReply}})"/>
    public BrokerServeWorkerOptions Handle<TRequest, TReply>(
        string method, Func<TRequest, QueryContext, CancellationToken, Task<TReply>> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Single<TReply>(
            method,
            async (query, cancellation) =>
                query.Reply(await handler(query.Read<TRequest>(), query, cancellation).ConfigureAwait(false)));
    }

    /// <summary>Answers calls that name no method, with bytes that nobody else reads.</summary>
    /// <inheritdoc cref="HandleRaw(string,Func{QueryContext,CancellationToken,ValueTask{ReplyPayload}})"/>
    public BrokerServeWorkerOptions HandleRaw(Func<QueryContext, CancellationToken, ValueTask<ReplyPayload>> handler) =>
        HandleRaw(CallMethodAttribute.Default, handler);

    /// <summary>Answers calls of a method, with bytes that nobody else reads: no serializer, no copy.</summary>
    /// <param name="method">The call method, 1 to 255 bytes of UTF-8.</param>
    /// <param name="handler">Finds the request in <see cref="QueryContext.Payload"/>; <see cref="QueryContext.Echo"/> sends it back.</param>
    /// <returns>The same options.</returns>
    /// <exception cref="ArgumentException">The method has no name or one that is too long, or has a handler already.</exception>
    public BrokerServeWorkerOptions HandleRaw(string method, Func<QueryContext, CancellationToken, ValueTask<ReplyPayload>> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Add(new SingleHandler(method, handler));
    }

    /// <summary>Answers calls that name no method, with bytes that nobody else reads.</summary>
    /// <inheritdoc cref="HandleRaw(string,Func{QueryContext,ReplyPayload})"/>
    public BrokerServeWorkerOptions HandleRaw(Func<QueryContext, ReplyPayload> handler) => HandleRaw(CallMethodAttribute.Default, handler);

    /// <inheritdoc cref="HandleRaw(string,Func{QueryContext,CancellationToken,ValueTask{ReplyPayload}})"/>
    public BrokerServeWorkerOptions HandleRaw(string method, Func<QueryContext, ReplyPayload> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Add(new SingleHandler(method, (query, _) => new ValueTask<ReplyPayload>(handler(query))));
    }

    /// <summary>
    /// Answers calls by the methods of a class: those with a <see cref="CallMethodAttribute"/>, or <see
    /// cref="IHandler{TRequest,TReply}"/>.
    /// </summary>
    /// <remarks>
    /// Each query has a scope of services of its own. A class that is registered there is resolved, with the lifetime it was registered
    /// with; any other is made anew for each query, its constructor's arguments taken from the scope, and disposed afterwards.
    /// </remarks>
    /// <returns>The same options.</returns>
    /// <exception cref="ArgumentException">
    /// The class has no such method, or one whose parameters cannot be served, or one for a call method that has a handler already.
    /// </exception>
    /// <exception cref="TypeInitializationException">
    /// The class cannot be made: it needs one public constructor, or one that is marked as the one to take.
    /// </exception>
    public BrokerServeWorkerOptions AddHandler<THandler>()
        where THandler : class
    {
        foreach (var handler in HandlerClass<THandler>.Handlers())
        {
            Add(handler);
        }

        return this;
    }

    private BrokerServeWorkerOptions Single<TReply>(
        string method, Func<QueryContext, CancellationToken, ValueTask<ReplyPayload>> invoke)
    {
        if (typeof(Task).IsAssignableFrom(typeof(TReply)) || typeof(TReply) == typeof(ValueTask)
            || (typeof(TReply).IsGenericType && typeof(TReply).GetGenericTypeDefinition() == typeof(ValueTask<>)))
        {
            throw new ArgumentException(
                $"The handler of {method} returns a task as its reply. Async handlers take (request, query, cancellationToken).");
        }

        return Add(new SingleHandler(method, invoke));
    }
}
