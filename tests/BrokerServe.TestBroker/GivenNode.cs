namespace BrokerServe.TestBroker;

/// <summary>A broker that somebody else runs and that nothing but its URI is known of.</summary>
internal sealed class GivenNode(string uri) : ITestNode
{
    public string Uri => uri;

    public bool CanBeControlled => false;

    public Task StartAsync() => Task.CompletedTask;

    public Task<string> RabbitmqctlAsync(IReadOnlyList<string> arguments) => throw TestBroker.Uncontrolled();

    public Task KillAsync() => throw TestBroker.Uncontrolled();

    public Task StopAsync() => Task.CompletedTask;
}
