namespace Microsoft.Extensions.DependencyInjection;

/// <summary>What <c>AddBrokerServeRouter</c> returns: the place to say what the router serves, and on which broker.</summary>
public interface IBrokerServeRouterBuilder : IBrokerServeBuilder;
