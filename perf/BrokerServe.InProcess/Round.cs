namespace BrokerServe.InProcess;

/// <summary>What a round of callers found.</summary>
/// <param name="PerSecond">Round trips per second.</param>
/// <param name="P50Ms">Half of them took no longer.</param>
/// <param name="P99Ms">99 of 100 took no longer.</param>
/// <param name="BytesEach">Bytes that the whole process allocated for each.</param>
/// <param name="CpuMicroseconds">Processor time that the whole process spent on each.</param>
internal sealed record Round(double PerSecond, double P50Ms, double P99Ms, double BytesEach, double CpuMicroseconds);
