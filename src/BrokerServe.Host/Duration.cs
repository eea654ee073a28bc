using System.Globalization;

namespace BrokerServe.Host;

/// <summary>A duration as people write it: <c>250ms</c>, <c>5s</c>, <c>2m</c>, <c>1h</c>.</summary>
internal readonly record struct Duration(TimeSpan Time)
{
    // Longest first, so that 250ms is not taken for 250m and an s.
    private static readonly (string Unit, TimeSpan One)[] Units =
    [
        ("ms", TimeSpan.FromMilliseconds(1)),
        ("s", TimeSpan.FromSeconds(1)),
        ("m", TimeSpan.FromMinutes(1)),
        ("h", TimeSpan.FromHours(1)),
    ];

    // Nothing here runs for longer, and no arithmetic overflows.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(365);

    public static bool TryParse(string text, out Duration duration)
    {
        foreach (var (unit, one) in Units)
        {
            if (text.EndsWith(unit, StringComparison.Ordinal)
                && double.TryParse(text[..^unit.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
                && count * one.TotalDays <= Longest.TotalDays)
            {
                duration = new Duration(one * count);
                return true;
            }
        }

        duration = default;
        return false;
    }

    /// <summary>In the largest unit that leaves a whole number.</summary>
    public override string ToString()
    {
        for (var i = Units.Length - 1; i > 0; i--)
        {
            if (Time > TimeSpan.Zero && Time.Ticks % Units[i].One.Ticks == 0)
            {
                return $"{Time.Ticks / Units[i].One.Ticks}{Units[i].Unit}";
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{Time.TotalMilliseconds}ms");
    }
}
