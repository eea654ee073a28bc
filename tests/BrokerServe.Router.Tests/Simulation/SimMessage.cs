namespace BrokerServe.Router.Tests.Simulation;

/// <summary>A message in an endpoint's queue: one request, or a frame of them.</summary>
internal sealed class SimMessage(IReadOnlyList<SimCall> calls, int number)
{
    public IReadOnlyList<SimCall> Calls => calls;

    /// <summary>Its place in the queue.</summary>
    public int Number => number;

    /// <summary>When the broker drops it: with the last of its calls.</summary>
    public long ExpiresMs { get; } = calls.Max(call => call.DeadlineMs);

    public bool IsRedelivered { get; set; }

    public override string ToString() => string.Join('+', calls);
}
