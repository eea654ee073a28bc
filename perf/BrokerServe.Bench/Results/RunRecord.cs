using BrokerServe.Bench.Planning;

namespace BrokerServe.Bench.Results;

/// <summary>A run, and what it found.</summary>
/// <param name="Part">Of what it is a part: <see cref="Parts.Matrix"/>, or another of them.</param>
/// <param name="Point">Of a scale curve the point, such as so many replicas; elsewhere 0.</param>
/// <param name="Round">From 1; runs of one round are pairs.</param>
/// <param name="Subject">The subject's key.</param>
/// <param name="Guarantee">What was promised of a request.</param>
/// <param name="QueueType">Of the queue in which requests waited.</param>
/// <param name="Cell">What was done.</param>
/// <param name="Found">What came of it.</param>
internal sealed record RunRecord(
    string Part, int Point, int Round, string Subject, Guarantee Guarantee, QueueType QueueType, Cell Cell, Finding Found);
