using BrokerServe.Router.Configuration;
using BrokerServe.Transport;
using Xunit;

namespace BrokerServe.EndToEnd.Tests;

/// <summary>What every broker must make possible: the specifications below are inherited by one class for each.</summary>
public abstract class EndToEndSpecs : IAsyncLifetime
{
    private ServingSystem? _system;

    /// <summary>The parts under test.</summary>
    internal ServingSystem System => _system!;

    /// <summary>The broker of this run; each part of the system gets one of these.</summary>
    protected abstract Task<Func<IBroker>> GetBrokerAsync();

    public async ValueTask InitializeAsync() => _system = new ServingSystem(await GetBrokerAsync());

    /// <summary>What a class has started beside the system.</summary>
    protected virtual ValueTask CleanUpAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await CleanUpAsync();
        await System.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>One endpoint with one backend.</summary>
    internal static Action<RouterOptions> Serving(
        string endpoint, string backend, Func<EndpointConfig, EndpointConfig>? endpointConfig = null, BackendConfig? backendConfig = null) => options =>
    {
        var config = new EndpointConfig { Traffic = new Dictionary<string, double> { [backend] = 1 } };
        options.Endpoints[endpoint] = endpointConfig?.Invoke(config) ?? config;
        options.Backends[backend] = backendConfig ?? new BackendConfig();
    };

    private protected static Task Until(Func<bool> condition, string what) => Until(() => Task.FromResult(condition()), what);

    /// <summary>Looks until something has become true; what it waits for has no event of its own.</summary>
    private protected static async Task Until(Func<Task<bool>> condition, string what)
    {
        using var patience = new CancellationTokenSource(ServingSystem.Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await condition())
        {
            try
            {
                await timer.WaitForNextTickAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"Within {ServingSystem.Patience}, it did not happen that {what}.");
            }
        }
    }
}
