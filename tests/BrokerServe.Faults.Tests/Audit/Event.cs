namespace BrokerServe.Faults.Tests.Audit;

/// <summary>A line of a journal: what a producer called and how it ended, what a worker ran.</summary>
internal sealed record Event(double T, string E, long Id, int Timeout, string? Code, long Value, string? Reason, string? Replica, int Attempt);
