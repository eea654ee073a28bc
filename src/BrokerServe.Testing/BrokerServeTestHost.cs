using BrokerServe.Client;
using BrokerServe.Testing.Parts;
using BrokerServe.Testing.Time;
using BrokerServe.Transport.InMemory;
using BrokerServe.Transport.Supervision;
using Microsoft.Extensions.Time.Testing;

namespace BrokerServe.Testing;

/// <summary>A whole system in the test's own process: router, workers, client and the application, on one in-memory broker and one clock.</summary>
/// <remarks>
/// <para>Each part has a host of its own, as it would have a process, so that it can be stopped or killed alone. What runs is what runs in
/// production, but for the broker and the clock, which stands still until the test moves it by <see cref="AdvanceAsync"/>.</para>
/// <para>Test hosts share nothing: tests that have one each may run at once. A test calls it from one thread at a time.</para>
/// </remarks>
/// <example><code>
/// await using var serve = await BrokerServeTestHost.StartAsync(test => test.Serve&lt;string, string>("greet", name => $"Hello, {name}!"));
/// Assert.Equal("Hello, Ada!", await serve.Client.InvokeAsync&lt;string, string>("greet", "Ada"));
/// </code></example>
public sealed partial class BrokerServeTestHost : IAsyncDisposable
{
    private readonly BrokerServeTestBuilder _test;
    private readonly SteppedTime _time = new();
    private readonly Lock _lock = new();
    private readonly List<TestPart> _parts = [];
    private readonly Stillness _stillness;
    private IBrokerServeClient? _client;

    private BrokerServeTestHost(BrokerServeTestBuilder test)
    {
        _test = test;
        Broker = new InMemoryBroker(test.Broker, _time);
        _stillness = new Stillness(FindMoving, Stillness.Patience);
    }

    /// <summary>The clock of everything in here. It begins at the first second of the year 2000 UTC, and moves while parts start or stop.</summary>
    /// <remarks>
    /// <see cref="AdvanceAsync"/> moves it. To move it by its own <see cref="FakeTimeProvider.Advance"/> is to move it past everything that would
    /// have happened in between: heartbeats are missed then, and leases run out.
    /// </remarks>
    public FakeTimeProvider Time => _time;

    /// <summary>
    /// The broker. It can be made to cut connections, and its queues can be looked at; <see cref="UntilReadyAsync"/> waits until the parts are
    /// back.
    /// </summary>
    public InMemoryBroker Broker { get; }

    /// <summary>A client of the test's own. It waits 30 s of the test's clock by default, as any client.</summary>
    public IBrokerServeClient Client => _client ?? throw new InvalidOperationException("The test host has not started.");

    /// <summary>The first router that lives.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public TestPart Router => Find(RouterName);

    /// <summary>The first application that lives.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public TestPart Application => Find(ApplicationName);

    /// <summary>The first worker of a backend that lives.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public TestPart Worker(string backend) => Find(WorkerName(backend));

    /// <summary>Starts what a test wants to have.</summary>
    /// <param name="configure">Says what: endpoints, handlers, applications. Null: nothing but a router and a client.</param>
    /// <returns>A system that is ready: every endpoint whose backends have workers here is being consumed.</returns>
    /// <exception cref="TimeoutException">It does not become ready in 30 s of real time; the message says what it waits for.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The settings of a part are not valid.</exception>
    public static async Task<BrokerServeTestHost> StartAsync(Action<BrokerServeTestBuilder>? configure = null)
    {
        var test = new BrokerServeTestBuilder();
        configure?.Invoke(test);
        var system = new BrokerServeTestHost(test);
        try
        {
            await system.StartAllAsync().ConfigureAwait(false);
            return system;
        }
        catch
        {
            await system.EndAllAsync().ConfigureAwait(false); // Why it did not start says more than what else failed for that reason.
            throw;
        }
    }

    /// <summary>Stops everything in the reverse order of its start, while the clock runs on; what was killed, too.</summary>
    /// <exception cref="AggregateException">Parts did not stop in order, such as a hosted service that throws; the others were stopped.</exception>
    public async ValueTask DisposeAsync()
    {
        if (await EndAllAsync().ConfigureAwait(false) is { Count: > 0 } failures)
        {
            throw new AggregateException(failures);
        }
    }

    private async Task<List<Exception>> EndAllAsync()
    {
        var failures = new List<Exception>();
        foreach (var part in Snapshot(static _ => true).Reverse())
        {
            try
            {
                await RunClockUntilAsync(part.EndAsync(CancellationToken.None)).ConfigureAwait(false);
            }
            catch (Exception failure)
            {
                failures.Add(failure); // Whatever an application's service throws: what stands below it is to end as well.
            }
        }

        Broker.Dispose();
        return failures;
    }

    private TestPart Find(string name) => Snapshot(part => part.State == PartState.Living && part.Name == name).FirstOrDefault()
        ?? throw new InvalidOperationException($"No {name} lives in this test host.");

    private TestPart[] Snapshot(Func<TestPart, bool> which)
    {
        lock (_lock)
        {
            return [.. _parts.Where(which)];
        }
    }

    private List<IMovingPart> FindMoving() =>
        [Broker, .. Snapshot(static part => part.State != PartState.Dead).SelectMany(static part => part.Moving)];
}
