namespace Microsoft.Extensions.DependencyInjection;

/// <summary>What <c>AddBrokerServeClient</c> returns: the place to say what goes around calls, and on which broker.</summary>
public interface IBrokerServeClientBuilder : IBrokerServeBuilder;
