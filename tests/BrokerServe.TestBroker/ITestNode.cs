namespace BrokerServe.TestBroker;

/// <summary>A RabbitMQ node, wherever it runs.</summary>
internal interface ITestNode
{
    string Uri { get; }

    /// <summary>Whether <see cref="RabbitmqctlAsync"/> works.</summary>
    bool CanBeControlled { get; }

    /// <summary>Starts the node, or the same one again after <see cref="KillAsync"/>; completes when it takes connections.</summary>
    Task StartAsync();

    Task<string> RabbitmqctlAsync(IReadOnlyList<string> arguments);

    /// <summary>Evaluates an Erlang expression in the node.</summary>
    Task<string> EvaluateAsync(string expression) => RabbitmqctlAsync(["eval", expression]);

    /// <summary>Ends the node as a crash would; what it had on disk stays.</summary>
    Task KillAsync();

    /// <summary>Ends the node for good, if it was started here.</summary>
    Task StopAsync();
}
