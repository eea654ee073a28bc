namespace BrokerServe.Bench.Planning;

/// <summary>What several subjects do alike, so that they can be compared.</summary>
/// <param name="Size">Body bytes.</param>
/// <param name="Outstanding">Requests under way.</param>
/// <param name="Half">
/// An open loop at half of the throughput that the subject reached in its closed loop of the same cell just before; it is part of the same round.
/// </param>
internal readonly record struct Cell(int Size, int Outstanding, bool Half = false);
