using BrokerServe.Bench.Statistics;

namespace BrokerServe.Bench.Charts;

/// <summary>A line of a chart.</summary>
/// <param name="Title">In the legend.</param>
/// <param name="Points">From left to right.</param>
/// <param name="Color">Which of the palette's.</param>
internal sealed record Series(string Title, IReadOnlyList<(double X, MedianInterval Y)> Points, int Color);
