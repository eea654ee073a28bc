namespace BrokerServe.TestBroker;

/// <summary>Three nodes of one cluster, on this machine, which may be killed one by one.</summary>
public sealed class TestCluster : IAsyncDisposable
{
    private readonly LocalNode _whole;

    private TestCluster(LocalNode whole, IReadOnlyList<TestBroker> nodes) => (_whole, Nodes) = (whole, nodes);

    /// <summary>False: there is no server on this machine to start nodes of. A container has room for one.</summary>
    public static bool CanStart => LocalNode.CanStart(BrokerLine.Wanted);

    /// <summary>The nodes; <see cref="TestBroker.KillAsync"/> and <see cref="TestBroker.StartAsync"/> are each one's own.</summary>
    public IReadOnlyList<TestBroker> Nodes { get; }

    /// <summary>All nodes in one URI, as clients take it that go to another node when theirs is gone.</summary>
    public string Uri => UriFrom(0);

    /// <summary>All nodes in one URI, that of a number, from 0 on, before the others.</summary>
    public string UriFrom(int first)
    {
        var hosts = Nodes.Select(node => new Uri(node.Uri).Authority).ToArray();
        return $"amqp://guest:guest@{string.Join(',', [.. hosts[first..], .. hosts[..first]])}/";
    }

    /// <summary>Starts three nodes, which takes 10 to 20 s. Dispose it.</summary>
    public static async Task<TestCluster> StartAsync()
    {
        var (whole, parts) = await LocalNode.StartClusterAsync();
        var nodes = new List<TestBroker>();
        foreach (var part in parts)
        {
            nodes.Add(await TestBroker.OfAsync(part));
        }

        return new TestCluster(whole, nodes);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => new(_whole.StopAsync());
}
