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
            var word = args[i];
            var (option, value) = word.Split('=', 2) is [var name, var said] ? (name, said) : (word, null);
            switch (option)
            {
                case "--out":
                    _ = value ?? Next(ref i);
                    break;
                case "--before":
                    _ = value ?? Next(ref i);
                    words.Add("--before DIR");
                    break;
                case "--beside":
                    words.Add($"--beside {Masked(Named(value ?? Next(ref i)))}");
                    break;
                default:
                    words.Add(Masked(word));
                    break;
            }
        }

        return string.Join(' ', words);

        string Next(ref int i) => ++i < args.Count ? args[i] : "";
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
