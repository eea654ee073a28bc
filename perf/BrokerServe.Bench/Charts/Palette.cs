namespace BrokerServe.Bench.Charts;

/// <summary>Colours that everybody can tell apart: those of Okabe and Ito, for white paper, and grey.</summary>
internal static class Palette
{
    private static readonly string[] Colors = ["#999999", "#56b4e9", "#000000", "#cc79a7", "#e69f00", "#009e73", "#0072b2", "#d55e00"];

    public static string Of(int index) => Colors[index % Colors.Length];
}
