using System.Globalization;

namespace BrokerServe.Router.Configuration;

/// <summary>Durations as operators write them: <c>250ms</c>, <c>30s</c>, <c>20m</c>, <c>1h</c>, or .NET's <c>00:00:30</c>.</summary>
/// <remarks>A bare number is refused: .NET would read "30" as 30 days, and everybody else as 30 seconds.</remarks>
internal static class Duration
{
    public const string Forms = "a duration such as 250ms, 30s, 20m, 1h or 00:00:30";

    private const NumberStyles Decimals = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign;

    // Longest first, so that 250ms is not taken for 250m and an s.
    private static readonly (string Unit, TimeSpan One)[] Units =
    [
        ("ms", TimeSpan.FromMilliseconds(1)),
        ("s", TimeSpan.FromSeconds(1)),
        ("m", TimeSpan.FromMinutes(1)),
        ("h", TimeSpan.FromHours(1)),
    ];

    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        text = text.Trim();
        if (text.Contains(':'))
        {
            return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out duration);
        }

        foreach (var (unit, one) in Units)
        {
            if (text.EndsWith(unit, StringComparison.Ordinal)
                && double.TryParse(text[..^unit.Length], Decimals, CultureInfo.InvariantCulture, out var count)
                && Math.Abs(count * one.TotalDays) < TimeSpan.MaxValue.TotalDays - 1)
            {
                duration = one * count;
                return true;
            }
        }

        return false;
    }

    /// <summary>In the largest unit that leaves a whole number, so that it reads like what was written.</summary>
    public static string Print(TimeSpan duration)
    {
        if (duration == TimeSpan.Zero)
        {
            return "0s";
        }

        foreach (var (unit, one) in Units.Reverse())
        {
            if (duration.Ticks % one.Ticks == 0)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{duration.Ticks / one.Ticks}{unit}");
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMilliseconds:0.####}ms");
    }
}
