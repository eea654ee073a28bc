using BrokerServe.Client;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Puts middleware around a client's calls. The first one added is the outermost.</summary>
public static class BrokerServeClientBuilderExtensions
{
    /// <inheritdoc cref="BrokerServeClientOptions.Use"/>
    /// <param name="builder">The client.</param>
    /// <param name="middleware">See <see cref="ICallMiddleware.InvokeAsync"/>; called by many calls at once.</param>
    /// <returns>The same builder.</returns>
    public static IBrokerServeClientBuilder Use(
        this IBrokerServeClientBuilder builder, Func<CallContext, CallDelegate, CancellationToken, ValueTask<RawReply>> middleware)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(middleware);
        builder.Services.Configure<BrokerServeClientOptions>(options => options.Use(middleware));
        return builder;
    }

    /// <summary>Puts a class around every call of this client.</summary>
    /// <remarks>One object serves all calls. It may itself ask for the client: it is made with the first call.</remarks>
    /// <typeparam name="TMiddleware">The class; added as a singleton unless it is registered already.</typeparam>
    /// <returns>The same builder.</returns>
    public static IBrokerServeClientBuilder Use<TMiddleware>(this IBrokerServeClientBuilder builder)
        where TMiddleware : class, ICallMiddleware
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddSingleton<TMiddleware>();
        builder.Services.AddOptions<BrokerServeClientOptions>().Configure<IServiceProvider>((options, services) =>
        {
            var middleware = new Lazy<TMiddleware>(services.GetRequiredService<TMiddleware>);
            options.Use((call, next, cancellation) => middleware.Value.InvokeAsync(call, next, cancellation));
        });
        return builder;
    }
}
