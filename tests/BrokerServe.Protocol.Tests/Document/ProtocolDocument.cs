using System.Globalization;

namespace BrokerServe.Protocol.Tests.Document;

/// <summary>PROTOCOL.md, taken apart: tests compare it with the code, so that it cannot say what is not so.</summary>
internal sealed class ProtocolDocument
{
    private const string Fence = "```";

    private ProtocolDocument(string text)
    {
        Text = text;
        Lines = text.Split('\n');
    }

    public static ProtocolDocument Instance { get; } =
        new(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "PROTOCOL.md")).ReplaceLineEndings("\n"));

    public string Text { get; }

    public string[] Lines { get; }

    /// <summary>The contents of all fenced blocks of a language, each with the rest of its opening line.</summary>
    public IEnumerable<(string Argument, string[] Lines)> Blocks(string language)
    {
        for (var i = 0; i < Lines.Length; i++)
        {
            if (!Lines[i].StartsWith(Fence, StringComparison.Ordinal))
            {
                continue;
            }

            var opening = Lines[i][Fence.Length..].Split(' ', 2);
            var end = Array.IndexOf(Lines, Fence, i + 1);
            Assert.True(end > i, $"The block that opens in line {i + 1} is not closed.");
            if (opening[0] == language)
            {
                yield return (opening.ElementAtOrDefault(1) ?? "", Lines[(i + 1)..end]);
            }

            i = end;
        }
    }

    /// <summary>The rows of the table whose first column is headed so, below the given heading.</summary>
    public string[][] Table(string heading, string firstColumn)
    {
        var start = Array.FindIndex(Lines, line => line.StartsWith('#') && line.TrimStart('#').Trim() == heading);
        Assert.True(start >= 0, $"There is no heading '{heading}'.");
        var header = Array.FindIndex(Lines, start, line => line.StartsWith($"| {firstColumn} |", StringComparison.Ordinal));
        Assert.True(header >= 0, $"There is no table with a first column '{firstColumn}' below '{heading}'.");
        return [.. Lines.Skip(header + 2).TakeWhile(line => line.StartsWith('|')).Select(Cells)];
    }

    /// <summary>The bytes of a golden vector: hexadecimal, with remarks from # to the end of the line.</summary>
    public static byte[] Bytes(IEnumerable<string> lines)
    {
        var digits = string.Concat(lines.Select(line => line.Split('#')[0])).Where(c => !char.IsWhiteSpace(c)).ToArray();
        return Convert.FromHexString(digits);
    }

    /// <summary>A cell without the quotes of code.</summary>
    public static string Word(string cell) => cell.Trim('`');

    public static long Number(string cell) => long.Parse(cell, NumberStyles.None, CultureInfo.InvariantCulture);

    private static string[] Cells(string line) => [.. line.Trim('|', ' ').Split('|').Select(cell => cell.Trim())];
}
