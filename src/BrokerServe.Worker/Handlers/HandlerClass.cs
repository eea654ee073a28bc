using System.Linq.Expressions;
using System.Reflection;

namespace BrokerServe.Worker.Handlers;

/// <summary>Makes handlers out of the methods of a class. Reflection ends at start; a query costs a delegate call.</summary>
internal static class HandlerClass<THandler>
    where THandler : class
{
    private delegate ValueTask<ReplyPayload> Invocation(THandler instance, QueryContext query, CancellationToken cancellation);

    public static List<QueryHandler> Handlers()
    {
        Instances<THandler>.Prepare();
        var handlers = new List<QueryHandler>();
        foreach (var method in typeof(THandler).GetMethods(BindingFlags.Instance | BindingFlags.Public))
        {
            if (method.GetCustomAttribute<CallMethodAttribute>() is { } attribute)
            {
                handlers.Add(HandlerOf(attribute.Method, method));
            }
        }

        foreach (var contract in typeof(THandler).GetInterfaces())
        {
            if (contract.IsGenericType && contract.GetGenericTypeDefinition() == typeof(IHandler<,>))
            {
                handlers.Add(HandlerOf(CallMethodAttribute.Default, contract.GetMethods()[0]));
            }
        }

        return handlers.Count > 0
            ? handlers
            : throw new ArgumentException(
                $"{typeof(THandler)} has no public method with [CallMethod] and does not implement IHandler<TRequest, TReply>.");
    }

    private static SingleHandler HandlerOf(string callMethod, MethodInfo method)
    {
        var invoke = Compile(method);
        return new SingleHandler(callMethod, async (query, cancellation) =>
        {
            var (instance, isOurs) = Instances<THandler>.Get(query.Services);
            try
            {
                return await invoke(instance, query, cancellation).ConfigureAwait(false);
            }
            finally
            {
                await Instances<THandler>.EndAsync(instance, isOurs).ConfigureAwait(false);
            }
        });
    }

    private static Invocation Compile(MethodInfo method)
    {
        var instance = Expression.Parameter(typeof(THandler));
        var query = Expression.Parameter(typeof(QueryContext));
        var cancellation = Expression.Parameter(typeof(CancellationToken));
        var seen = new HashSet<string>();
        var arguments = new List<Expression>();
        foreach (var parameter in method.GetParameters())
        {
            var (role, argument) = parameter.ParameterType switch
            {
                var type when type == typeof(QueryContext) => ("the query", (Expression)query),
                var type when type == typeof(CancellationToken) => ("the cancellation token", cancellation),
                var type => ("the request", Expression.Call(query, nameof(QueryContext.Read), [type])),
            };
            if (parameter.ParameterType.IsByRef || !seen.Add(role))
            {
                throw new ArgumentException(
                    $"{typeof(THandler)}.{method.Name} cannot be served: a handler takes one request, QueryContext and CancellationToken, "
                    + $"each at most once and by value, but {parameter.Name} is {role} again or by reference.");
            }

            arguments.Add(argument);
        }

        var call = Expression.Call(instance, method, arguments);
        return Expression.Lambda<Invocation>(HandlerResults.Wrap(query, call), instance, query, cancellation).Compile();
    }
}
