using BrokerServe.Testing.Parts;
using BrokerServe.Transport.Supervision;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace BrokerServe.Testing;

/// <summary>One process of the system under test: a router, a worker, or an application, each in a host of its own.</summary>
public sealed class TestPart
{
    private readonly BrokerServeTestHost _system;
    private Task? _ending;

    internal TestPart(BrokerServeTestHost system, string name, IServiceProvider services, PartBroker broker, IHost? host)
    {
        _system = system;
        Broker = broker;
        Name = name;
        Services = services;
        Host = host;
        Moving = [.. services.GetServices<IMovingPart>()];
    }

    /// <summary>What messages of the test host call it, such as <c>worker greet</c>.</summary>
    public string Name { get; }

    /// <summary>The services of its host; of a router for example its <c>IRouterControl</c>.</summary>
    public IServiceProvider Services { get; }

    /// <summary>Null for a host that somebody else runs.</summary>
    internal IHost? Host { get; }

    internal PartBroker Broker { get; }

    internal PartState State { get; private set; }

    /// <summary>What of it has to come to rest before the clock goes on.</summary>
    internal IReadOnlyList<IMovingPart> Moving { get; }

    /// <summary>Kills it, as a crash or <c>SIGKILL</c> does: its connections end without a word, and it does not come back.</summary>
    /// <remarks>
    /// The others are told what the broker tells them, which of a worker is little: routers take it for lost when its lease has run out, 3 s
    /// later, or when a query to it comes back. The tokens of its handlers fire; code that does not look at them runs on, because it is in the
    /// test's own process. What a router had answered in its last 10 ms may be asked again, as after any crash.
    /// </remarks>
    /// <returns>When everything has come to rest: see <see cref="BrokerServeTestHost.SettleAsync"/>.</returns>
    /// <exception cref="TimeoutException">Something does not come to rest; the message says what.</exception>
    public Task KillAsync()
    {
        State = PartState.Dead;
        Broker.Kill();
        return _system.SettleAsync();
    }

    /// <summary>Cuts its connections to the broker, and waits until it is back. A worker comes back as a new replica.</summary>
    /// <exception cref="TimeoutException">It did not come back; the message says why.</exception>
    public Task CutAsync()
    {
        Broker.Cut();
        return _system.UntilReadyAsync();
    }

    /// <summary>Stops it in an orderly way, as <c>SIGTERM</c> does: a worker drains, a router gives back what it has not dispatched.</summary>
    /// <remarks>
    /// A worker whose handlers do not end waits for its grace period, and that passes only when the test lets it: begin to stop, advance the
    /// clock, then await.
    /// </remarks>
    /// <param name="cancellationToken">Cuts that short: what the handlers still do is cancelled.</param>
    /// <exception cref="InvalidOperationException">Its host is run by somebody else.</exception>
    public Task StopAsync(CancellationToken cancellationToken = default)
    {
        if (Host is null)
        {
            throw new InvalidOperationException($"The test host does not run {Name}: stop it where it was started.");
        }

        return EndAsync(cancellationToken);
    }

    /// <summary>Stops it, once, whoever asks, and takes it out of the system.</summary>
    internal Task EndAsync(CancellationToken cancellationToken) => _ending ??= StopHostAsync(cancellationToken);

    private async Task StopHostAsync(CancellationToken cancellationToken)
    {
        if (State == PartState.Living)
        {
            State = PartState.Stopping;
        }

        try
        {
            if (Host is not null)
            {
                await Host.StopAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _system.Remove(this);
            Host?.Dispose();
        }
    }
}
