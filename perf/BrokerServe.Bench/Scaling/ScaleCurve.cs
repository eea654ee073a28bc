using BrokerServe.Bench.Subjects;

namespace BrokerServe.Bench.Scaling;

/// <summary>Throughput and operations against the size of something.</summary>
/// <param name="Name">In results; also the part.</param>
/// <param name="Axis">What grows.</param>
/// <param name="Base">What every point is compared with, run by run in turn.</param>
/// <param name="BaseValue">Where that stands on the axis; null: it is no point of it.</param>
/// <param name="Points">From small to large.</param>
internal sealed record ScaleCurve(string Name, string Axis, ServeShape Base, int? BaseValue, IReadOnlyList<ScalePoint> Points);
