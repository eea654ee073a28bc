namespace BrokerServe.Host.Conformance;

/// <summary>A check, and what it saw.</summary>
internal sealed record Finding(Check Check, Outcome Outcome);
