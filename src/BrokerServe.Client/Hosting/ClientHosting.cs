using Microsoft.Extensions.Hosting;

namespace BrokerServe.Client.Hosting;

/// <summary>Connects the client when its host starts, and ends it after everything that may still call has stopped.</summary>
internal sealed class ClientHosting(BrokerServeClient client) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        // Does not wait for the broker: a host that starts before its broker is up is a usual thing.
        client.Start();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Last of all: other services may make calls while they stop.
    public Task StoppedAsync(CancellationToken cancellationToken) => client.DisposeAsync().AsTask().WaitAsync(cancellationToken);
}
