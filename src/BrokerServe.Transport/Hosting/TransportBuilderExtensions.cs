using BrokerServe.Transport;
using BrokerServe.Transport.InMemory;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Says which broker the parts of a host share. The first one named wins.</summary>
public static class TransportBuilderExtensions
{
    /// <summary>Uses a broker inside this process: nothing to install, nothing survives the process.</summary>
    /// <param name="builder">The part of the host that needs a broker.</param>
    /// <param name="options">What the broker may hold; null: the defaults.</param>
    /// <returns>The same builder.</returns>
    /// <remarks>Time comes from a registered <see cref="TimeProvider"/>, else from the system. The broker ends with the host's services.</remarks>
    public static TBuilder UseInMemory<TBuilder>(this TBuilder builder, InMemoryBrokerOptions? options = null)
        where TBuilder : IBrokerServeBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddSingleton<IBroker>(
            services => new InMemoryBroker(options, services.GetService<TimeProvider>()));
        return builder;
    }

    /// <summary>Uses a broker that exists already, such as one shared by several hosts of a test. The caller disposes it.</summary>
    /// <param name="builder">The part of the host that needs a broker.</param>
    /// <param name="broker">The broker.</param>
    /// <returns>The same builder.</returns>
    public static TBuilder UseBroker<TBuilder>(this TBuilder builder, IBroker broker)
        where TBuilder : IBrokerServeBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(broker);
        builder.Services.TryAddSingleton(broker);
        return builder;
    }
}
