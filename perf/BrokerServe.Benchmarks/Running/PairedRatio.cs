using System.Globalization;

namespace BrokerServe.Benchmarks;

/// <summary>How much longer a benchmark takes than a channel operation.</summary>
/// <param name="Topic">Its class.</param>
/// <param name="Name">Its method.</param>
/// <param name="Parameters">Such as <c>Replicas=10</c>; empty when there are none.</param>
/// <param name="Nanoseconds">What an operation takes.</param>
/// <param name="Channel">What a channel's write and read takes beside it.</param>
/// <param name="Ratio">The median of the pairs.</param>
/// <param name="Low">The lower end of its 95 % interval.</param>
/// <param name="High">The upper end.</param>
internal sealed record PairedRatio(
    string Topic, string Name, string Parameters, double Nanoseconds, double Channel, double Ratio, double Low, double High)
{
    /// <summary>A row of the table.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"| {Topic}.{Name}{(Parameters.Length == 0 ? "" : $"({Parameters})")} | {Nanoseconds:F1} | {Channel:F1} | {Ratio:F2} | {Low:F2} to {High:F2} |");
}
