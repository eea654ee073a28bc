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
    /// <summary>What the producer calls, and what answers.</summary>
    public const string Endpoint = "greet";
    public const string Backend = "v1";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("brokerserve-faults-");
    private readonly SceneSettings _settings;
    private readonly HashSet<long> _abandoned = [];
    private readonly ConcurrentDictionary<string, string> _pages = [];
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private readonly HashSet<long> _earlier = [];
    private IReadOnlyDictionary<string, long> _begun = new Dictionary<string, long>();
    private int _journals;

    private Scene(TestBroker.TestBroker broker, SceneSettings settings)
    {
        Broker = broker;
        _settings = settings;
        File.WriteAllText(ConfigPath, settings.ConfigJson(Prefix));
        Routers = [.. Enumerable.Range(1, settings.Routers).Select(n => NewPlace($"router {n}", settings.Veterans && n == 1 ? StartVeteran : StartRouter))];
        Workers = [.. Enumerable.Range(1, settings.Workers).Select(n => NewPlace($"worker {n}", StartWorker))];
        Producer = NewPlace("producer", StartProducer);
    }

    /// <summary>Whom to ask what the broker holds; of a cluster, a node that lives.</summary>
    public TestBroker.TestBroker Broker { get; set; }

    public string Prefix { get; } = $"f{Guid.NewGuid():N}"[..10];

    public IReadOnlyList<Place> Routers { get; }

    public IReadOnlyList<Place> Workers { get; }

    public Place Producer { get; }

    /// <summary>One more party for a while, which the broker is to have forgotten when the audit comes: dispose it.</summary>
    public async Task<Place> InviteAsync(string program, params string[] settings)
    {
        var guest = NewPlace($"guest {program}", proxy => program == "router" ? StartRouter(proxy) : StartProgram(program, proxy, settings));
        await guest.Party.SaysAsync(program == "router" ? "consume" : "started");
        return guest;
    }

    public IEnumerable<Place> Places => [.. Routers, .. Workers, Producer];

    /// <summary>What each process has said, for whoever has to find out what went wrong.</summary>
    public string Said => string.Join('\n', Places.Select(place => $"{place.Name}: {place.Party.Said}"));

    /// <summary>What the broker held when all had found each other.</summary>
    public Census Start { get; private set; } = null!;

    public string ConfigPath => Path.Combine(_folder.FullName, "brokerserve.json");

    /// <summary>Starts everything; completes when a call has been answered and each replica has joined.</summary>
    public static async Task<Scene> StartAsync(TestBroker.TestBroker broker, SceneSettings? settings = null)
    {
        var scene = new Scene(broker, settings ?? new SceneSettings());
        await scene.Producer.Party.SaysAsync("started");
        await scene.CallUntilServedAsync(all: true);
        await scene.CountAsync();
        return scene;
    }

    /// <summary>From here on what the broker holds now is what it has to hold in the end.</summary>
    public async Task CountAsync() => Start = await SettleAsync();

    /// <summary>From here on counts what the next audit is to look at: what was called before is over, whatever becomes of it.</summary>
    public void Begin()
    {
        _earlier.UnionWith(ReadEvidence().Calls.Keys);
        _begun = Mark();
    }

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
        var mark = Mark();
        await Patience.UntilAsync(
            async () =>
            {
                await Producer.Party.AskAsync("call");
                await Producer.Party.AskAsync("wait");
                var evidence = ReadEvidence(mark);
                var served = evidence.Ends.SelectMany(ends => ends).Any(end => end.Code == "ok");
                return served && (!all || evidence.Ran.SelectMany(runs => runs).Select(run => run.Replica).Distinct().Count() == Workers.Count);
            },
            () => $"calls are served{(all ? " by each worker" : "")}.\n{Said}");
    }

    /// <summary>Offers calls for a while, and lets something happen meanwhile; completes when each call has ended.</summary>
    public async Task LoadAsync(int rate, TimeSpan before, Func<Task> during, TimeSpan after, int? timeoutMs = null)
    {
        await Producer.Party.AskAsync(string.Create(CultureInfo.InvariantCulture, $"rate {rate} {timeoutMs ?? _settings.TimeoutMs}"));
        await Task.Delay(before); // Not waits for anything: so long the load is what it is.
        await during();
        await Task.Delay(after);
        await Producer.Party.AskAsync("stop");
    }

    /// <summary>A rate of 30 % of what everything here carries at this moment, whatever else the machine does; at most 300 each second.</summary>
    public async Task<int> ModestRateAsync()
    {
        var saturation = int.Parse(await Producer.Party.AskAsync("saturate 1000"), CultureInfo.InvariantCulture);
        return Math.Clamp(3 * saturation / 10, 1, 300);
    }

    /// <summary>Waits until completions have come up with arrivals, to 2 % of what arrives in 5 s; returns the milliseconds since a moment.</summary>
    public async Task<double> CaughtUpAsync(double since, int rate)
    {
        var outstanding = 0;
        await Patience.UntilAsync(
            () => (outstanding = ReadEvidence().OutstandingAt(Audit.Evidence.Now)) <= 0.02 * 5 * rate, () => $"completions come up with arrivals; {outstanding} calls are outstanding");
        return Audit.Evidence.Now - since;
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

    /// <summary>All that was put down since the beginning of the test.</summary>
    public Evidence ReadEvidence() => ReadEvidence(_begun);

    /// <summary>What was put down after a <see cref="Mark"/>; what became of calls that are older has no call in it.</summary>
    public Evidence ReadEvidence(IReadOnlyDictionary<string, long> mark) => Audit.Evidence.Read(_folder.FullName, mark, _earlier);

    /// <summary>How far the journals have come: who only asks for what is new need not read the rest again.</summary>
    public IReadOnlyDictionary<string, long> Mark() => _folder.GetFiles("*.journal").ToDictionary(file => file.FullName, file => file.Length);

    /// <summary>Every law holds, calls ended with a reply or as the fault excuses, and the broker holds what it held at the start.</summary>
    public async Task<IReadOnlyDictionary<string, int>> AuditAsync(params string[] allowed)
    {
        await CallUntilServedAsync();
        var ends = Auditor.Check(ReadEvidence(), _abandoned, Routers.Select(router => router.Proxy.Log).OfType<WireLog>(), _settings.Limit, allowed);
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
        await DeleteQueuesAsync($"{Prefix}.");
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
        Party.StartBrokerserve(UriOf(proxy), "router", "--config", ConfigPath, "--http", _pages.GetOrAdd(proxy.Uri, _ => FreeAddress()));

    private Party StartVeteran(FrameProxy proxy) => StartProgram("router", proxy, $"config={ConfigPath}");

    private string UriOf(FrameProxy proxy) => _settings.ClusterUri ?? (_settings.Direct ? Broker.Uri : proxy.Uri);

    private static string FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
    }

    private Party StartWorker(FrameProxy proxy) =>
        StartProgram("worker", proxy, $"work={_settings.WorkMs}", $"limit={_settings.Limit}", $"ahead={_settings.Ahead}");

    // A new process counts on where no other one has been.
    private Party StartProducer(FrameProxy proxy) => StartProgram(
        "producer", proxy, $"timeout={_settings.TimeoutMs}", $"coalesce={(_settings.Coalesce ? "true" : "false")}", $"first={(_journals + 1) * 10_000_000L % 2_000_000_000}");

    private Party StartProgram(string program, FrameProxy proxy, params string[] others) =>
        Party.StartProgram([program, UriOf(proxy), Prefix, Path.Combine(_folder.FullName, $"{program}-{++_journals}.journal"), .. others]);
}
