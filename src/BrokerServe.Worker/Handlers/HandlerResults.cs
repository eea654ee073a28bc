using System.Linq.Expressions;

namespace BrokerServe.Worker.Handlers;

/// <summary>Makes a reply of whatever a handler class's method returns.</summary>
internal static class HandlerResults
{
    /// <summary>An expression that makes <paramref name="call"/>, and of its result a <see cref="ValueTask{ReplyPayload}"/>.</summary>
    public static Expression Wrap(Expression query, Expression call)
    {
        var type = call.Type;
        if (type == typeof(void))
        {
            return Expression.Block(call, Expression.Call(typeof(HandlerResults), nameof(OfNothing), null, query));
        }

        if (type == typeof(Task) || type == typeof(ValueTask))
        {
            return Expression.Call(typeof(HandlerResults), nameof(OfTask), null, query, call);
        }

        var generic = type.IsGenericType ? type.GetGenericTypeDefinition() : null;
        return generic == typeof(Task<>) || generic == typeof(ValueTask<>)
            ? Expression.Call(typeof(HandlerResults), nameof(OfTask), type.GenericTypeArguments, query, call)
            : Expression.Call(typeof(HandlerResults), nameof(OfValue), [type], query, call);
    }

    private static ValueTask<ReplyPayload> OfNothing(QueryContext query) => OfValue<object?>(query, null);

    private static ValueTask<ReplyPayload> OfValue<T>(QueryContext query, T value) =>
        new(value is ReplyPayload payload ? payload : query.Reply(value));

    private static async ValueTask<ReplyPayload> OfTask(QueryContext query, Task task)
    {
        await task.ConfigureAwait(false);
        return query.Reply<object?>(null);
    }

    private static async ValueTask<ReplyPayload> OfTask(QueryContext query, ValueTask task)
    {
        await task.ConfigureAwait(false);
        return query.Reply<object?>(null);
    }

    private static async ValueTask<ReplyPayload> OfTask<T>(QueryContext query, Task<T> task) =>
        await OfValue(query, await task.ConfigureAwait(false)).ConfigureAwait(false);

    private static async ValueTask<ReplyPayload> OfTask<T>(QueryContext query, ValueTask<T> task) =>
        await OfValue(query, await task.ConfigureAwait(false)).ConfigureAwait(false);
}
