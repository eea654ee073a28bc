namespace BrokerServe.Bench.Planning;

/// <summary>One load of one subject.</summary>
/// <param name="Round">From 1. Runs of the same round and cell are pairs.</param>
/// <param name="Subject">The subject's key.</param>
/// <param name="Cell">What it does.</param>
internal readonly record struct PlannedRun(int Round, string Subject, Cell Cell);
