namespace BrokerServe.Router.Configuration;

/// <summary>Guesses what was meant by a name that is not known.</summary>
internal static class Suggestion
{
    /// <summary>The end of a sentence about an unknown name: what was probably meant, or else what there is.</summary>
    public static string For(string name, IEnumerable<string> known)
    {
        var names = known.Order(StringComparer.Ordinal).ToArray();
        if (names.Length == 0)
        {
            return "there are none";
        }

        return Nearest(name, names) is { } near ? $"did you mean {near}?" : $"known are {string.Join(", ", names)}";
    }

    /// <summary>The known name that is within a slip or two of the keyboard; null when none is.</summary>
    public static string? Nearest(string name, IEnumerable<string> known)
    {
        // A third of the letters: "Trafic" finds Traffic, and "v1" is not taken for "v2" or "v9".
        var allowed = name.Length / 3;
        var best = known.Select(k => (Name: k, Distance: Distance(name, k))).OrderBy(k => k.Distance).FirstOrDefault();
        return best.Name is not null && best.Distance <= allowed ? best.Name : null;
    }

    /// <summary>Letters to insert, delete or replace, whatever their case (Levenshtein).</summary>
    private static int Distance(string left, string right)
    {
        var previous = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var current = new int[right.Length + 1];
            current[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var same = char.ToUpperInvariant(left[i - 1]) == char.ToUpperInvariant(right[j - 1]);
                current[j] = Math.Min(Math.Min(current[j - 1], previous[j]) + 1, previous[j - 1] + (same ? 0 : 1));
            }

            previous = current;
        }

        return previous[^1];
    }
}
