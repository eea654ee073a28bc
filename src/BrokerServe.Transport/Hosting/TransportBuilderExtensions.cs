using BrokerServe.Transport;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Says which broker the parts of a host share. The first one named wins.</summary>
public static class TransportBuilderExtensions
{
    /// <summary>Uses a broker that exists already, such as one shared by several hosts of a test. The caller disposes it.</summary>
    public static TBuilder UseBroker<TBuilder>(this TBuilder builder, IBroker broker)
        where TBuilder : IBrokerServeBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(broker);
        builder.Services.TryAddSingleton(broker);
        return builder;
    }
}
