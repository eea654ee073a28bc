using System.Globalization;
using BrokerServe.Bench.Planning;
using BrokerServe.Bench.Statistics;

namespace BrokerServe.Bench.Reporting;

/// <summary>How figures and terms are written.</summary>
internal static class Words
{
    public static string Of(Guarantee guarantee) => guarantee == Guarantee.AtMostOnce ? "at most once" : "at least once";

    public static string Of(QueueType queueType) => queueType.ToString().ToLowerInvariant();

    public static string Bytes(int size) => size >= 1_024 && size % 1_024 == 0 ? $"{Number(size / 1_024)} KiB" : $"{Number(size)} B";

    /// <summary>A number with as many digits as tell something: 71,396; 34.8; 4.88; 0.0123.</summary>
    public static string Number(double number) => Math.Abs(number) switch
    {
        0 => "0",
        >= 100 => number.ToString("N0", CultureInfo.InvariantCulture),
        _ when number == Math.Floor(number) => number.ToString("N0", CultureInfo.InvariantCulture),
        >= 10 => number.ToString("0.0", CultureInfo.InvariantCulture),
        >= 0.1 => number.ToString("0.00", CultureInfo.InvariantCulture),
        _ => number.ToString("0.####", CultureInfo.InvariantCulture),
    };

    /// <summary>A median alone, or a dash.</summary>
    public static string Median(MedianInterval? found) => found is { } some ? Number(some.Median) : "–";

    /// <summary>A median with its interval: <c>4.88 (4.73 to 5.25)</c>.</summary>
    public static string Interval(MedianInterval? found, string unit = "") => found is { } some
        ? some.Count == 1 ? $"{Number(some.Median)}{unit}" : $"{Number(some.Median)}{unit} ({Number(some.Low)} to {Number(some.High)})"
        : "–";
}
