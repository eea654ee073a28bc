using System.Globalization;
using BrokerServe.Bench.Planning;

namespace BrokerServe.Bench.Subjects;

/// <summary>What a load is to do.</summary>
/// <param name="Cell">Body size and requests outstanding.</param>
/// <param name="Rate">Requests per second that are due; null: a closed loop.</param>
/// <param name="WarmUp">Before it is measured.</param>
/// <param name="Duration">How long it is measured.</param>
internal sealed record LoadShape(Cell Cell, double? Rate, TimeSpan WarmUp, TimeSpan Duration)
{
    /// <summary>The option of a load that runs once for each such shape.</summary>
    public static readonly string[] FromInput = ["--runs-from", "-"];

    /// <summary>It as a line for a load: options that every load understands.</summary>
    public string ToLine()
    {
        IEnumerable<string> always =
        [
            "--concurrency", Text(Cell.Outstanding), "--size", Text(Cell.Size),
            "--warmup", Text(WarmUp.TotalSeconds), "--duration", Text(Duration.TotalSeconds),
        ];
        return string.Join(' ', Rate is { } rate ? [.. always, "--rate", Text(rate)] : always);
    }

    private static string Text(IFormattable number) => number.ToString(number is double ? "0.###" : null, CultureInfo.InvariantCulture);
}
