using BrokerServe.Bench.Subjects;

namespace BrokerServe.Bench.Scaling;

/// <summary>A system of some size.</summary>
/// <param name="Value">Where it stands on the axis.</param>
/// <param name="Shape">How large it is.</param>
/// <param name="Outstanding">Requests under way.</param>
internal sealed record ScalePoint(int Value, ServeShape Shape, int Outstanding);
