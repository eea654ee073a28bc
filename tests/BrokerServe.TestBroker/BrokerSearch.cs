namespace BrokerServe.TestBroker;

/// <summary>Where a broker for tests may come from.</summary>
/// <param name="Uri">The broker that somebody named; null when nobody did.</param>
/// <param name="Folder">The folder of that broker, when <c>broker.sh</c> has started it.</param>
/// <param name="Line">The line that is wanted; null when any will do.</param>
/// <param name="TryContainerAsync">Starts a container; or says why none can be started.</param>
/// <param name="StartLocalAsync">Starts a server of this machine; null when there is none.</param>
internal sealed record BrokerSearch(
    string? Uri,
    string? Folder,
    int? Line,
    Func<int?, Task<(ITestNode? Node, string? WhyNot)>> TryContainerAsync,
    Func<Task<ITestNode>>? StartLocalAsync)
{
    /// <summary>What this machine has, and what was asked for in the environment.</summary>
    public static BrokerSearch Here => new(
        Read(TestBroker.UriVariable),
        Read(TestBroker.FolderVariable),
        BrokerLine.Wanted,
        ContainerNode.TryStartAsync,
        LocalNode.CanStart(BrokerLine.Wanted) ? LocalNode.StartOwnAsync : null);

    /// <summary>The broker that was named, or else one for the caller alone.</summary>
    /// <exception cref="InvalidOperationException">There is none, or it is not of the line that is wanted.</exception>
    public async Task<(ITestNode Node, string Origin)> FindAsync() => this switch
    {
        { Uri: { } uri, Folder: { } folder } => (LocalNode.Shared(folder, uri), $"the node in {folder}"),
        { Uri: { } uri } => (new GivenNode(uri), $"the broker of {TestBroker.UriVariable}"),
        _ => await StartAsync(),
    };

    /// <summary>A node for the caller alone: a container when a Docker engine answers, else a server of this machine.</summary>
    /// <exception cref="InvalidOperationException">None can be started; the message says what to install.</exception>
    public async Task<(ITestNode Node, string Origin)> StartAsync()
    {
        var (container, whyNot) = await TryContainerAsync(Line);
        if (container is not null)
        {
            return (container, "a container");
        }

        if (StartLocalAsync is null)
        {
            throw new InvalidOperationException(
                $"There is no RabbitMQ to test with. Start Docker, or install the server (Debian: apt-get install rabbitmq-server); "
                + $"for tests that need not stop the broker, {TestBroker.UriVariable}=amqp://... does, too. {whyNot}");
        }

        return (await StartLocalAsync(), $"a server of this machine, for there is no container: {whyNot}");
    }

    private static string? Read(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;
}
