using BrokerServe.Testing;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Puts an application that runs in a host of its own into a test host's system.</summary>
public static class TestingServiceCollectionExtensions
{
    /// <summary>Replaces the broker and the clock of a host by a test host's, whichever the application has named.</summary>
    /// <remarks>
    /// For hosts that something else builds and starts, such as ASP.NET's <c>WebApplicationFactory</c>: call it in <c>ConfigureTestServices</c>.
    /// The parts of such a host come to rest with the others before the clock goes on, and <see cref="BrokerServeTestHost.UntilReadyAsync"/>
    /// waits for them. Stop the host before the test host.
    /// </remarks>
    /// <param name="services">The application's services, after its own registrations.</param>
    /// <param name="host">The system that it belongs to.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection UseBrokerServeTestHost(this IServiceCollection services, BrokerServeTestHost host)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(host);
        host.Attach(services);
        return services;
    }
}
