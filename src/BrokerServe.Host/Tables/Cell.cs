using System.Globalization;

namespace BrokerServe.Host.Tables;

/// <summary>What stands in a cell, and what it is sorted by.</summary>
/// <param name="Text">For people.</param>
/// <param name="Number">For sorting; of text 0.</param>
internal readonly record struct Cell(string Text, double Number)
{
    private const string Unknown = "-";

    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    public static Cell Of(string text) => new(Pictures.Printable.Of(text), 0);

    public static Cell Of(long number) => new(number.ToString("N0", Invariant), number);

    /// <summary>A rate, with a place behind the point while it is small; what is not known comes last.</summary>
    public static Cell Rate(double? perSecond) => perSecond is { } rate ? new(rate.ToString(rate < 100 ? "N1" : "N0", Invariant), rate) : new(Unknown, -1);

    /// <summary>Milliseconds.</summary>
    public static Cell Time(double? milliseconds) => milliseconds is { } time
        ? new(time.ToString(time < 10 ? "N2" : time < 100 ? "N1" : "N0", Invariant), time)
        : new(Unknown, -1);

    /// <summary>How long something has been running.</summary>
    public static Cell Span(TimeSpan? span) => span is { } time
        ? new(
            time switch
            {
                { TotalMinutes: < 1 } => string.Create(Invariant, $"{time.Seconds} s"),
                { TotalHours: < 1 } => string.Create(Invariant, $"{time.Minutes}:{time:ss} min"),
                { TotalDays: < 1 } => string.Create(Invariant, $"{time.Hours}:{time:mm} h"),
                _ => string.Create(Invariant, $"{time.Days:N0} days"),
            },
            time.TotalSeconds)
        : new(Unknown, -1);
}
