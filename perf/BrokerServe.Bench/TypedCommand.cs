using BrokerServe.Bench.Subjects;

namespace BrokerServe.Bench;

/// <summary>The command that measured something, as results and documents say it.</summary>
internal static class TypedCommand
{
    /// <summary>What somebody else would type: without folders of this machine, and without the user and password of a broker.</summary>
    public static string Of(IReadOnlyList<string> args)
    {
        var words = new List<string> { "perf/run.sh" };
        for (var i = 0; i < args.Count; i++)
        {
            if (args[i] == "--out")
            {
                i++;
            }
            else if (args[i] == "--before")
            {
                words.Add("--before DIR");
                i++;
            }
            else if (args[i].StartsWith("--before=", StringComparison.Ordinal))
            {
                words.Add("--before DIR");
            }
            else if (args[i] == "--beside" && i + 1 < args.Count)
            {
                words.Add($"--beside {Masked(Named(args[++i]))}");
            }
            else if (args[i].StartsWith("--beside=", StringComparison.Ordinal))
            {
                words.Add($"--beside {Masked(Named(args[i]["--beside=".Length..]))}");
            }
            else if (!args[i].StartsWith("--out=", StringComparison.Ordinal))
            {
                words.Add(Masked(args[i]));
            }
        }

        return string.Join(' ', words);
    }

    private static string Named(string variant) =>
        Variant.TryParse(variant, out var read, out _) && read.Checkout is not null ? $"{read.Name}=DIR" : variant;

    private static string Masked(string word)
    {
        var from = word.IndexOf("://", StringComparison.Ordinal);
        var to = word.LastIndexOf('@');
        return from >= 0 && to > from ? word[..(from + 3)] + word[(to + 1)..] : word;
    }
}
