namespace BrokerServe.Bench.Results;

/// <summary>What a process costs that has nothing to do.</summary>
/// <param name="Process">Which one.</param>
/// <param name="CpuSecondsPerMinute">Processor time.</param>
/// <param name="BytesPerSecond">What it allocates; null for the broker.</param>
internal sealed record IdleRecord(string Process, double CpuSecondsPerMinute, double? BytesPerSecond);
