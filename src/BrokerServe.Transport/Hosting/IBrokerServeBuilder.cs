namespace Microsoft.Extensions.DependencyInjection;

/// <summary>What <c>AddBrokerServeClient</c>, <c>AddBrokerServeWorker</c> and <c>AddBrokerServeRouter</c> return: the place to say which broker.</summary>
/// <remarks>Parts in one host share the broker that was named; each opens connections of its own.</remarks>
public interface IBrokerServeBuilder
{
    /// <summary>The services of the host.</summary>
    IServiceCollection Services { get; }
}
