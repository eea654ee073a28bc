using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace BrokerServe.Host.Commands;

/// <summary>Options whose values have a range: what is out of it is refused, and both are printed.</summary>
internal static class Ranges
{
    /// <summary>A whole number.</summary>
    public static Option<int> Count(string name, int least, int most, int initial, string description) => new(name)
    {
        Description = $"{description} {Print(least)} to {Print(most)}.",
        HelpName = "N",
        CustomParser = result => int.TryParse(TextOf(result), NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            && value >= least && value <= most ? value : Refuse<int>(result, name, $"a number from {Print(least)} to {Print(most)}"),
        DefaultValueFactory = _ => initial,
    };

    /// <summary>A number above zero that need not be said.</summary>
    public static Option<double?> Rate(string name, double most, string description) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result => double.TryParse(TextOf(result), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            && value > 0 && value <= most
            ? value
            : Refuse<double?>(result, name, $"a number above 0, up to {most.ToString("N0", CultureInfo.InvariantCulture)}"),
    };

    /// <summary>A duration.</summary>
    public static Option<Duration> Time(string name, TimeSpan least, TimeSpan most, int initialSeconds, string description) => new(name)
    {
        Description = description,
        HelpName = "DURATION",
        CustomParser = result => Duration.TryParse(TextOf(result), out var value) && value.Time >= least && value.Time <= most
            ? value
            : Refuse<Duration>(result, name, $"a duration from {new Duration(least)} to {new Duration(most)}, such as 250ms, 5s, 2m or 1h"),
        DefaultValueFactory = _ => new Duration(TimeSpan.FromSeconds(initialSeconds)),
    };

    private static string TextOf(ArgumentResult result) => result.Tokens.Count == 1 ? result.Tokens[0].Value : "";

    private static T? Refuse<T>(ArgumentResult result, string name, string wanted)
    {
        result.AddError($"{name} is '{TextOf(result)}'; it must be {wanted}.");
        return default;
    }

    private static string Print(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
