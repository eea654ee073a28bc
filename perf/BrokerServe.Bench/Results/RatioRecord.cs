namespace BrokerServe.Bench.Results;

/// <summary>A part of the router beside a channel operation, as <c>BrokerServe.Benchmarks ratios</c> found it.</summary>
/// <param name="Topic">The class of the benchmark.</param>
/// <param name="Name">Its method.</param>
/// <param name="Parameter">The one parameter that it was run with, such as <c>Replicas</c>; empty when there is none.</param>
/// <param name="Value">The parameter's value.</param>
/// <param name="Nanoseconds">What an operation takes.</param>
/// <param name="Ratio">Of that to a channel's write and read.</param>
/// <param name="Low">The lower end of the ratio's 95 % interval.</param>
/// <param name="High">The upper end.</param>
internal sealed record RatioRecord(
    string Topic, string Name, string Parameter, int Value, double Nanoseconds, double Ratio, double Low, double High);
