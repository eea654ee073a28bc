namespace BrokerServe.Host.Pictures;

/// <summary>Text from elsewhere, for a terminal.</summary>
internal static class Printable
{
    /// <summary>The text without control characters: names and codes come over the wire, and must not move a cursor.</summary>
    public static string Of(string text) =>
        text.Any(char.IsControl) ? string.Concat(text.Select(static letter => char.IsControl(letter) ? '?' : letter)) : text;
}
