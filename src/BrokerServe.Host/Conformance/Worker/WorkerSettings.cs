namespace BrokerServe.Host.Conformance.Worker;

/// <summary>What <c>brokerserve conformance worker</c> was asked to do.</summary>
/// <param name="Target">A backend, or the queue of an RPC server.</param>
/// <param name="Prefix">Of all names at the broker.</param>
/// <param name="Ordinary">What the worker is asked for as a rule.</param>
internal sealed record WorkerSettings(string Target, string Prefix, TrialCall Ordinary)
{
    /// <summary>A call whose handler fails; null: none was named.</summary>
    public TrialCall? Failing { get; init; }

    /// <summary>A call that takes a while; null: none was named.</summary>
    public TrialCall? Slow { get; init; }

    /// <summary>Whether somebody stops the worker in the end.</summary>
    public bool ExpectsDrain { get; init; }

    /// <summary>How long to wait for what must come. Default 30 s: longer than anything takes on a busy machine.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The bytes of a large payload. Default 1 MiB: it fits no frame of several, and every broker takes it.</summary>
    public int LargeBytes { get; init; } = 1024 * 1024;
}
