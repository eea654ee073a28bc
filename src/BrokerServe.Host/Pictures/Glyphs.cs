namespace BrokerServe.Host.Pictures;

/// <summary>What bars are made of.</summary>
/// <param name="Parts">A cell that is filled in part, from the least part to the whole.</param>
/// <param name="Copy">A cell of a shadow's bar.</param>
/// <param name="Heights">A column, from the lowest to the highest.</param>
/// <param name="Done">A cell of the time that is over.</param>
/// <param name="Left">A cell of the time that is left.</param>
internal sealed record Glyphs(string Parts, char Copy, string Heights, char Done, char Left)
{
    /// <summary>For terminals that show Unicode: eighths of a cell, so that a bar tells more than its length in cells.</summary>
    public static Glyphs Unicode { get; } = new("▏▎▍▌▋▊▉█", '░', "▁▂▃▄▅▆▇█", '━', '─');

    /// <summary>For all others.</summary>
    public static Glyphs Ascii { get; } = new("#", ':', "_.-=+*#", '=', '-');
}
