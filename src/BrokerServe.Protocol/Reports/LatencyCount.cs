namespace BrokerServe.Protocol.Reports;

/// <summary>How many times fell into one bucket.</summary>
/// <param name="Bucket">Its number: see <see cref="LatencyBuckets"/>.</param>
/// <param name="Count">How many since the router started.</param>
public readonly record struct LatencyCount(int Bucket, long Count);
