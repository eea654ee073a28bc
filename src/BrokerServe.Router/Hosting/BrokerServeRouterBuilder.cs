namespace Microsoft.Extensions.DependencyInjection;

internal sealed class BrokerServeRouterBuilder(IServiceCollection services) : IBrokerServeRouterBuilder
{
    public IServiceCollection Services => services;
}
