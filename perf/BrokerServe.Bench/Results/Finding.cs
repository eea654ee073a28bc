using BrokerServe.LoadGenerator;

namespace BrokerServe.Bench.Results;

/// <summary>What one run found.</summary>
/// <param name="Rate">Requests per second that were due; null for a closed loop.</param>
/// <param name="Requests">Requests that were answered and measured.</param>
/// <param name="Throughput">Of them per second.</param>
/// <param name="LatencyMs">What they took.</param>
/// <param name="Errors">Requests that ended otherwise, by reason.</param>
/// <param name="CpuSeconds">Seconds of processor time for 100,000 requests, by role.</param>
/// <param name="BytesEach">Bytes allocated for a request, by role.</param>
/// <param name="MessagesEach">What the broker did for a request, over the whole run; null when it is unknown.</param>
internal sealed record Finding(
    double? Rate,
    long Requests,
    double Throughput,
    LatencyMs LatencyMs,
    IReadOnlyDictionary<string, long> Errors,
    IReadOnlyDictionary<string, double> CpuSeconds,
    IReadOnlyDictionary<string, double> BytesEach,
    MessagesEach? MessagesEach);
