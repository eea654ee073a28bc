namespace BrokerServe.Bench.Reporting;

/// <summary>The part of a document that a report writes: between <c>&lt;!-- perf: NAME --&gt;</c> and <c>&lt;!-- /perf --&gt;</c>.</summary>
internal static class Regions
{
    private const string End = "<!-- /perf -->";

    /// <summary>The document with another text in its region.</summary>
    /// <exception cref="BenchException">It has no such region, or more than one.</exception>
    public static string Replace(string document, string name, string text)
    {
        var begin = $"<!-- perf: {name} -->";
        var from = document.IndexOf(begin, StringComparison.Ordinal);
        var to = from < 0 ? -1 : document.IndexOf(End, from, StringComparison.Ordinal);
        return to < 0 || document.IndexOf(begin, from + 1, StringComparison.Ordinal) >= 0
            ? throw new BenchException($"There is not one region '{begin}' that ends with '{End}'.")
            : document[..(from + begin.Length)] + text + document[to..];
    }
}
