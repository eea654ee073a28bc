namespace BrokerServe.TestBroker;

/// <summary>A real RabbitMQ for tests.</summary>
/// <remarks>
/// Where it comes from, in this order: the URI in <c>BROKERSERVE_TEST_BROKER</c> (<c>tests/run.sh</c> sets it to a node that it started);
/// a container, when a Docker engine answers; the server that is installed here. <see cref="BrokerLine.Variable"/> says of which line it must
/// be. Nodes that are started here end with this process, however it ends. Tests share a broker, so everything they declare has a name of
/// <see cref="Unique"/>.
/// </remarks>
public sealed class TestBroker : IAsyncDisposable
{
    /// <summary>Names a broker to test with.</summary>
    public const string UriVariable = "BROKERSERVE_TEST_BROKER";

    /// <summary>The folder of that broker, when <c>broker.sh</c> has started it: it can be controlled then.</summary>
    public const string FolderVariable = "BROKERSERVE_TEST_BROKER_DIR";

    private static readonly Lazy<Task<TestBroker>> Shared = new(() => TakeAsync(BrokerSearch.Here, search => search.FindAsync()));

    private readonly ITestNode _node;

    private TestBroker(ITestNode node, Version version)
    {
        _node = node;
        Version = version;
    }

    /// <summary>What it says of itself: <c>3.10.8</c>.</summary>
    public Version Version { get; }

    /// <summary>Where it is and who logs in: <c>amqp://guest:guest@127.0.0.1:25672/</c>.</summary>
    public string Uri => _node.Uri;

    /// <summary>Whether <see cref="RabbitmqctlAsync"/> works: true unless all that is known of the broker is its URI.</summary>
    public bool CanBeControlled => _node.CanBeControlled;

    /// <summary>The broker that all tests of this process share. Do not stop it, and do not dispose it.</summary>
    /// <exception cref="InvalidOperationException">There is none; the message says what to install.</exception>
    public static Task<TestBroker> GetAsync() => Shared.Value;

    /// <summary>A node for one test class alone, which may stop and kill it. Dispose it. Starting takes 5 to 10 s.</summary>
    /// <exception cref="InvalidOperationException">None can be started; the message says what to install.</exception>
    public static Task<TestBroker> StartPrivateAsync() => TakeAsync(BrokerSearch.Here, search => search.StartAsync());

    /// <summary>A node that runs already.</summary>
    internal static async Task<TestBroker> OfAsync(ITestNode node) => new(node, await BrokerLine.AskAsync(node.Uri));

    /// <summary>A name that nothing else has.</summary>
    public static string Unique(string noun) => $"{noun}.{Guid.NewGuid():N}"[..(noun.Length + 13)];

    /// <summary>Runs <c>rabbitmqctl</c> against the node: <c>("delete_queue", "a")</c>.</summary>
    /// <returns>What it printed.</returns>
    /// <exception cref="InvalidOperationException">It failed, or the broker cannot be controlled; the message says which.</exception>
    public Task<string> RabbitmqctlAsync(params IReadOnlyList<string> arguments) => _node.RabbitmqctlAsync(arguments);

    /// <summary>Evaluates an Erlang expression in the node, in milliseconds where the node runs here: <c>("length(rabbit_amqqueue:list()).")</c>.</summary>
    /// <returns>What it printed: the value, between braces and a word for success where the node runs here.</returns>
    public Task<string> EvaluateAsync(string expression) => _node.EvaluateAsync(expression);

    /// <summary>Makes a virtual host that the user of <see cref="Uri"/> may use, and returns its URI.</summary>
    public async Task<string> AddVirtualHostAsync(string name, params IReadOnlyList<string> options)
    {
        await RabbitmqctlAsync(["add_vhost", name, .. options]);
        await RabbitmqctlAsync("set_permissions", "-p", name, new Uri(Uri).UserInfo.Split(':')[0], ".*", ".*", ".*");
        return new UriBuilder(Uri) { Path = name }.Uri.AbsoluteUri;
    }

    /// <summary>Closes a connection as an operator would.</summary>
    /// <param name="connectionName">The name that it was opened with; give it one of <see cref="Unique"/>.</param>
    /// <param name="reason">What the client is told.</param>
    public async Task CloseConnectionAsync(string connectionName, string reason)
    {
        var connections = await RabbitmqctlAsync("-q", "list_connections", "pid", "client_properties");
        var line = connections.Split('\n').SingleOrDefault(line => line.Contains(connectionName, StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"There is no connection '{connectionName}' among: {connections}");
        await RabbitmqctlAsync("close_connection", line.Split('\t')[0], reason);
    }

    /// <summary>Ends the broker's service in an orderly way: connections are closed, nobody listens, the node itself stays.</summary>
    public Task StopServiceAsync() => RabbitmqctlAsync("stop_app");

    /// <summary>Undoes <see cref="StopServiceAsync"/>.</summary>
    public Task StartServiceAsync() => RabbitmqctlAsync("start_app");

    /// <summary>Ends the node as a crash would. What it had on disk stays.</summary>
    public Task KillAsync() => _node.KillAsync();

    /// <summary>Undoes <see cref="KillAsync"/>: the same node under the same URI.</summary>
    public Task StartAsync() => _node.StartAsync();

    /// <summary>Ends a node that was started for the caller alone.</summary>
    public ValueTask DisposeAsync() => new(_node.StopAsync());

    internal static InvalidOperationException Uncontrolled() => new(
        $"The broker named by {UriVariable} cannot be controlled from here: unset the variable, so that the tests start a broker of their own.");

    /// <summary>Takes a broker that was found, when it is of the line that is wanted, and says on standard error what the tests run on.</summary>
    internal static async Task<TestBroker> TakeAsync(BrokerSearch search, Func<BrokerSearch, Task<(ITestNode Node, string Origin)>> find)
    {
        var (node, origin) = await find(search);
        try
        {
            var version = await BrokerLine.AskAsync(node.Uri);
            BrokerLine.Check(version, search.Line, origin);
            await Console.Error.WriteLineAsync($"Testing with RabbitMQ {version}: {origin}");
            return new TestBroker(node, version);
        }
        catch
        {
            await node.StopAsync();
            throw;
        }
    }
}
