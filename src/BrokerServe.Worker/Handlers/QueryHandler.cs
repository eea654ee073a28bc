namespace BrokerServe.Worker.Handlers;

/// <summary>What a call method runs. Immutable, shared by all replicas of the worker.</summary>
internal abstract class QueryHandler(string method)
{
    public string Method => method;

    /// <summary>Its place in the <see cref="HandlerTable"/>, which sets it once.</summary>
    public int Index { get; set; } = -1;
}
