using Microsoft.Extensions.DependencyInjection;

namespace BrokerServe.Worker;

/// <summary>Carries the services to <c>UseRabbitMq</c> and <c>UseInMemory</c>.</summary>
internal sealed record WorkerBuilder(IServiceCollection Services) : IBrokerServeBuilder;
