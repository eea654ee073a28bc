using System.Collections.Concurrent;
using System.Diagnostics;
using BrokerServe.EndToEnd.Tests.Control;
using BrokerServe.Router.Configuration;
using BrokerServe.Router.ControlLog;
using BrokerServe.Router.Routing;
using BrokerServe.Transport;
using Xunit;

namespace BrokerServe.EndToEnd.Tests.Processes;

/// <summary>Two authors who change the control log by the clock, each without knowing of the other: weights, limits, shadows, what is there at all.</summary>
internal sealed class LogStorm(Func<IBroker> broker, string prefix, int seed, TimeSpan? patience = null)
{
    /// <summary>Of each author: together they make a thousand changes a minute.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(120);

    private readonly ConcurrentDictionary<long, Made> _made = new();
    private int _refused;

    /// <summary>A change that its author was told counts.</summary>
    /// <param name="Id">Its id.</param>
    /// <param name="Begun">Before it was written, by the same clock.</param>
    /// <param name="At">When the author read it back, by <see cref="Stopwatch.GetTimestamp"/>.</param>
    public readonly record struct Made(string Id, long Begun, long At);

    /// <summary>What the authors were told counts, by version.</summary>
    public IReadOnlyDictionary<long, Made> Changes => _made;

    /// <summary>How often an author was told that the other one had been faster, and decided anew.</summary>
    public int Refused => Volatile.Read(ref _refused);

    /// <summary>What everything begins with.</summary>
    public async Task BeginAsync()
    {
        await using var author = new LogOperator(broker(), prefix);
        await author.ChangeAsync(
            [.. ((string[])["v1", "v2", "v3", "shade"]).Select<string, Func<IRouterControl, ControlResult>>(
                name => control => control.ConfigureBackend(name, new BackendConfig())),
            control => control.AddEndpoint("greet", new EndpointConfig { Traffic = LogOperator.Shares(("v1", 1)) })]);
    }

    /// <summary>Makes changes for as long as is said.</summary>
    public Task RunAsync(TimeSpan time) => Task.WhenAll(Enumerable.Range(0, 2).Select(number => Task.Run(() => WriteAsync(number, time))));

    /// <summary>No change is lost and none is there that nobody made: the history has exactly what the authors were told.</summary>
    /// <param name="see">Is given each version, in their order, and the weights of the endpoint that is called.</param>
    public async Task<ControlState> CompareWithHistoryAsync(Action<long, IReadOnlyDictionary<string, double>?>? see = null)
    {
        await using var author = new ControlAuthor(broker(), new(prefix), "historian", TimeProvider.System);
        var counted = new Dictionary<long, string>();
        ControlState? last = null;
        await author.ReadHistoryAsync(
            (state, outcome) =>
            {
                last = state;
                if (outcome is { Counts: true, IsRepetition: false })
                {
                    counted.Add(outcome.Version, outcome.Change.Id);
                    see?.Invoke(outcome.Version, new ControlDraft(state, new RouterOptions { Prefix = prefix }).Control.Current.Endpoints["greet"].Traffic);
                }
            },
            default);
        Assert.Equal(Enumerable.Range(1, counted.Count).Select(version => (long)version), counted.Keys.Order());
        Assert.Equal(_made.OrderBy(made => made.Key).Select(made => (made.Key, made.Value.Id)), counted.Where(row => row.Key > 1).OrderBy(row => row.Key).Select(row => (row.Key, row.Value)));
        return last!;
    }

    private async Task WriteAsync(int number, TimeSpan time)
    {
        var random = new Random(seed + number);
        await using var author = new LogOperator(broker(), prefix, $"author {number}", patience);
        using var clock = new PeriodicTimer(Period);
        var since = Stopwatch.GetTimestamp();
        for (var change = 0; Stopwatch.GetElapsedTime(since) < time; change++)
        {
            await clock.WaitForNextTickAsync();
            var (attempts, drawn, begun) = (0, random.Next(), Stopwatch.GetTimestamp());
            var outcome = await author.TryChangeAsync(draft =>
            {
                attempts++;
                Change(draft.Control, number, change, new Random(drawn));
            });
            Interlocked.Add(ref _refused, attempts - 1);
            if (outcome is not null)
            {
                Assert.True(_made.TryAdd(outcome.Version, new Made(outcome.Change.Id, begun, Stopwatch.GetTimestamp())), $"Two changes made version {outcome.Version}.");
            }
        }
    }

    // All of it at once is possible between two changes of the other author. Each change differs from all before, so that each makes a version.
    private static void Change(IRouterControl control, int number, int change, Random random)
    {
        var result = (change % 5) switch
        {
            0 or 1 => control.SetTraffic("greet", Split(random)),
            2 => control.SetShadow("greet", "shade", Math.Round(0.001 + (random.NextDouble() / 2), 6)),
            3 => control.ConfigureBackend($"v{1 + random.Next(3)}", new BackendConfig { MaxConcurrentQueries = random.Next(4, 17), MaxQueuedQueries = 1_000 + random.Next(1_000) }),
            _ => control.Current.Backends.ContainsKey($"extra{number}")
                ? control.RemoveBackend($"extra{number}")
                : control.ConfigureBackend($"extra{number}", new BackendConfig()),
        };
        Assert.Empty(result.Errors);
    }

    private static Dictionary<string, double> Split(Random random)
    {
        var first = Math.Round(0.1 + (random.NextDouble() * 0.8), 6);
        var second = Math.Round((1 - first) * random.NextDouble(), 6);
        return LogOperator.Shares(("v1", first), ("v2", second), ("v3", Math.Round(1 - first - second, 6)));
    }
}
