namespace BrokerServe.Router.Tests.Simulation;

/// <summary>A request in an endpoint's queue.</summary>
internal sealed class SimMessage(SimCall call, int number)
{
    public SimCall Call => call;

    /// <summary>Its place in the queue.</summary>
    public int Number => number;

    public bool IsRedelivered { get; set; }
}
