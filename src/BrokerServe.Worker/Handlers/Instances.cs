using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;

namespace BrokerServe.Worker.Handlers;

/// <summary>Where objects of an author's class come from: the scope of a query.</summary>
/// <typeparam name="T">A handler class, or a middleware.</typeparam>
internal static class Instances<T>
    where T : class
{
    private static readonly ObjectFactory<T> Create = ActivatorUtilities.CreateFactory<T>([]);

    /// <summary>Fails now, not at the first query, for a class that cannot be made.</summary>
    public static void Prepare() => RuntimeHelpers.RunClassConstructor(typeof(Instances<T>).TypeHandle);

    /// <summary>Resolves what is registered, with its own lifetime; makes what is not, and then it is ours to dispose.</summary>
    public static (T Instance, bool IsOurs) Get(IServiceProvider scope) =>
        scope.GetService<T>() is { } registered ? (registered, false) : (Create(scope, null), true);

    /// <summary>Ends the use of what <see cref="Get"/> gave.</summary>
    public static async ValueTask EndAsync(T instance, bool isOurs)
    {
        switch (instance)
        {
            case IAsyncDisposable disposable when isOurs:
                await disposable.DisposeAsync().ConfigureAwait(false);
                break;
            case IDisposable disposable when isOurs:
                disposable.Dispose();
                break;
        }
    }
}
