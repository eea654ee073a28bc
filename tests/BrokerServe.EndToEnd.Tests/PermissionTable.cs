using System.Runtime.CompilerServices;
using Xunit;

namespace BrokerServe.EndToEnd.Tests;

/// <summary>The permissions that the documentation tells operators to give.</summary>
internal static class PermissionTable
{
    /// <summary>What a kind of user may configure, write and read.</summary>
    public static string[] Of(string user)
    {
        var row = File.ReadLines(Page()).Single(line => line.StartsWith($"| {user} | `", StringComparison.Ordinal));
        var cells = row.Replace(@"\|", "\0", StringComparison.Ordinal).Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(cell => cell.Replace('\0', '|').Trim('`'))
            .ToArray();
        Assert.Equal(4, cells.Length);
        return cells[1..];
    }

    private static string Page([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../docs/security.md"));
}
