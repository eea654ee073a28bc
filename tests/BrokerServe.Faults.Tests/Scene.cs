using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using BrokerServe.Faults.Tests.Audit;
using BrokerServe.Faults.Tests.Network;
using BrokerServe.Faults.Tests.Parties;
using Xunit;

namespace BrokerServe.Faults.Tests;

/// <summary>Routers, workers and a producer, each a process with a network of its own before a real broker, and the journals of them all.</summary>
internal sealed class Scene : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("brokerserve-faults-");
    private readonly SceneSettings _settings;
    private readonly HashSet<long> _abandoned = [];
    private readonly ConcurrentDictionary<string, string> _pages = [];
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private int _journals;
    private double _since;

    private Scene(TestBroker.TestBroker broker, SceneSettings settings)
    {
        Broker = broker;
        _settings = settings;
        File.WriteAllText(ConfigPath, settings.ConfigJson(Prefix));
        Routers = [.. Enumerable.Range(1, settings.Routers).Select(n => NewPlace($"router {n}", settings.Veterans && n == 1 ? StartVeteran : StartRouter))];
        Workers = [.. Enumerable.Range(1, settings.Workers).Select(n => NewPlace($"worker {n}", StartWorker))];
        Producer = NewPlace("producer", StartProducer);
    }

    public TestBroker.TestBroker Broker { get; }

    public string Prefix { get; } = $"f{Guid.NewGuid():N}"[..10];

    public IReadOnlyList<Place> Routers { get; }

    public IReadOnlyList<Place> Workers { get; }

    public Place Producer { get; }

    public IEnumerable<Place> Places => [.. Routers, .. Workers, Producer];

    /// <summary>What the broker held when all had found each other.</summary>
    public Census Start { get; private set; } = null!;

    private string ConfigPath => Path.Combine(_folder.FullName, "brokerserve.json");

    /// <summary>Starts everything; completes when a call has been answered and each replica has joined.</summary>
    public static async Task<Scene> StartAsync(TestBroker.TestBroker broker, SceneSettings? settings = null)
    {
        var scene = new Scene(broker, settings ?? new SceneSettings());
        await scene.Producer.Party.SaysAsync("started");
        await scene.CallUntilServedAsync(all: true);
        scene.Start = await scene.SettleAsync();
        return scene;
    }

    /// <summary>From here on counts what the next audit is to look at.</summary>
    public void Begin() => _since = Audit.Evidence.Now;

    /// <summary>Kills a process and starts another in its place. What a killed producer had called has no end, and is nobody's loss.</summary>
    public async Task KillAndRestartAsync(Place place)
    {
        await place.Party.KillAsync();
        if (place == Producer)
        {
            var left = ReadEvidence();
            _abandoned.UnionWith(left.Calls.Keys.Where(id => !left.Ends[id].Any()));
        }

        await RestartAsync(place);
    }

    /// <summary>Starts a process where the last one has ended; completes when it has said a word.</summary>
    public async Task RestartAsync(Place place)
    {
        place.Restart();
        await place.Party.SaysAsync(Routers.Contains(place) ? "consume" : "started");
    }

    /// <summary>Makes calls until one is answered, or until each worker has answered one.</summary>
    public async Task CallUntilServedAsync(bool all = false)
    {
        var since = Audit.Evidence.Now;
        await Patience.UntilAsync(
            async () =>
            {
                await Producer.Party.AskAsync("call");
                await Producer.Party.AskAsync("wait");
                var evidence = ReadEvidence();
                var served = evidence.Ends.SelectMany(ends => ends).Count(end => end.T > since && end.Code == "ok");
                var by = evidence.Ran.SelectMany(runs => runs).Where(run => run.T > since).Select(run => run.Replica).Distinct().Count();
                return served > 0 && (!all || by == Workers.Count);
            },
            () => $"calls are served{(all ? " by each worker" : "")}.\n{string.Join('\n', Places.Select(place => $"{place.Name}: {place.Party.Said}"))}");
    }

    /// <summary>Offers calls for a while, and lets something happen meanwhile; completes when each call has ended.</summary>
    public async Task LoadAsync(int rate, TimeSpan before, Func<Task> during, TimeSpan after)
    {
        await Producer.Party.AskAsync(string.Create(CultureInfo.InvariantCulture, $"rate {rate}"));
        await Task.Delay(before); // Not waits for anything: so long the load is what it is.
        await during();
        await Task.Delay(after);
        await Producer.Party.AskAsync("stop");
    }

    /// <summary>What a router says at <c>/health</c> or <c>/alive</c>.</summary>
    public async Task<(HttpStatusCode Status, string Body)> AskPageAsync(Place router, string page)
    {
        using var answer = await _http.GetAsync(new Uri(_pages[router.Proxy.Uri] + page));
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Waits until a router's health says so, and fails when the router's liveness does not hold meanwhile.</summary>
    public Task UntilHealthAsync(Place router, HttpStatusCode status, string word) => UntilHealthAsync(router, status, body => body.Contains(word, StringComparison.OrdinalIgnoreCase), word);

    private async Task UntilHealthAsync(Place router, HttpStatusCode status, Func<string, bool> says, string word)
    {
        var last = "";
        await Patience.UntilAsync(
            async () =>
            {
                Assert.Equal(HttpStatusCode.OK, (await AskPageAsync(router, "/alive")).Status);
                var (now, body) = await AskPageAsync(router, "/health");
                last = $"{now}: {body}";
                return now == status && says(body);
            },
            () => $"{router.Name} says {status} with '{word}' in it; it says {last}");
    }

    /// <summary>All that was put down until now.</summary>
    public Evidence ReadEvidence() => Audit.Evidence.Read(_folder.FullName, _since);

    /// <summary>Every law holds, calls ended with a reply or as the fault excuses, and the broker holds what it held at the start.</summary>
    public async Task<IReadOnlyDictionary<string, int>> AuditAsync(params string[] allowed)
    {
        await CallUntilServedAsync();
        var ends = Auditor.Check(ReadEvidence(), _abandoned, Routers.Select(router => router.Proxy.Log).OfType<WireLog>(), allowed);
        TestContext.Current.TestOutputHelper?.WriteLine(JsonSerializer.Serialize(ends));
        await Start.IsBackAsync(Broker);
        return ends;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var place in Places.Reverse())
        {
            await place.DisposeAsync();
        }

        _http.Dispose();
        _folder.Delete(recursive: true);
        foreach (var queue in (string[])["endpoint.greet", "unroutable", "dead"])
        {
            await DeleteQueuesAsync($"{Prefix}.{queue}");
        }
    }

    /// <summary>Deletes each queue whose name begins so, as an operator might.</summary>
    public Task DeleteQueuesAsync(string begins) => Broker.EvaluateAsync(
        $"[rabbit_amqqueue:delete(Q, false, false, <<\"test\">>) || Q <- rabbit_amqqueue:list(), "
        + $"string:prefix(element(4, amqqueue:get_name(Q)), <<\"{begins}\">>) =/= nomatch].");

    // Twice the same a while apart: replicas have joined, and what was opened to find them is closed.
    private async Task<Census> SettleAsync()
    {
        Census? last = null;
        await Patience.UntilAsync(
            async () =>
            {
                var before = last;
                last = await Census.TakeAsync(Broker);
                await Task.Delay(200);
                return last == before;
            },
            () => "the broker holds the same for a moment");
        return last!;
    }

    // What comes in a message of many and is answered alone cannot be counted.
    private Place NewPlace(string name, Func<FrameProxy, Party> start) =>
        new(name, new FrameProxy(Broker.Uri) { Log = _settings.Coalesce ? null : new WireLog(name, Prefix) }, start);

    private Party StartRouter(FrameProxy proxy) =>
        Party.StartBrokerserve(proxy.Uri, "router", "--config", ConfigPath, "--http", _pages.GetOrAdd(proxy.Uri, _ => FreeAddress()));

    private Party StartVeteran(FrameProxy proxy) => StartProgram("router", proxy, $"config={ConfigPath}");

    private static string FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
    }

    private Party StartWorker(FrameProxy proxy) =>
        StartProgram("worker", proxy, $"work={_settings.WorkMs}", $"limit={_settings.Limit}");

    // A new process counts on where no other one has been.
    private Party StartProducer(FrameProxy proxy) => StartProgram(
        "producer", proxy, $"timeout={_settings.TimeoutMs}", $"coalesce={(_settings.Coalesce ? "true" : "false")}", $"first={(_journals + 1) * 10_000_000L % 2_000_000_000}");

    private Party StartProgram(string program, FrameProxy proxy, params string[] others) =>
        Party.StartProgram([program, proxy.Uri, Prefix, Path.Combine(_folder.FullName, $"{program}-{++_journals}.journal"), .. others]);
}
