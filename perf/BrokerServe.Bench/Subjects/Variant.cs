using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace BrokerServe.Bench.Subjects;

/// <summary>BrokerServe with something different, to see what that is worth: other variables of the environment, or another checkout.</summary>
/// <param name="Name">Among subjects, and in tables.</param>
/// <param name="Checkout">The folder of another checkout, built already; null: this one.</param>
/// <param name="Variables">Of client, router and workers.</param>
internal sealed partial record Variant(string Name, string? Checkout, IReadOnlyDictionary<string, string> Variables)
{
    /// <summary>The subject's key begins with it.</summary>
    public const string KeyPrefix = $"{SubjectCatalog.Coalesced}+";

    public string Key => KeyPrefix + Name;

    /// <summary>Whether a subject's key is a variant's.</summary>
    public static bool IsKey(string key) => key.StartsWith(KeyPrefix, StringComparison.Ordinal);

    /// <summary>A variant of which only key and title are wanted.</summary>
    public static Variant Called(string name) => new(name, null, new Dictionary<string, string>());

    /// <summary>Reads <c>NAME=DIR</c> or <c>NAME=VARIABLE=VALUE,VARIABLE=VALUE</c>; false with a sentence about what is wrong.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Variant? variant, [NotNullWhen(false)] out string? problem)
    {
        (variant, problem) = (null, null);
        var parts = text.Split('=', 2);
        if (parts.Length != 2 || parts[1].Length == 0 || !NameForm().IsMatch(parts[0]))
        {
            problem = $"'{text}' must be NAME=DIR or NAME=VARIABLE=VALUE,...; a name has up to 32 letters, digits and '-'.";
            return false;
        }

        if (!parts[1].Contains('=', StringComparison.Ordinal))
        {
            variant = Called(parts[0]) with { Checkout = parts[1] };
            return true;
        }

        var variables = new Dictionary<string, string>();
        foreach (var pair in parts[1].Split(',').Select(assignment => assignment.Split('=', 2)))
        {
            if (pair.Length != 2 || !VariableForm().IsMatch(pair[0]))
            {
                problem = $"'{text}' must say VARIABLE=VALUE for each variable, with commas between them; a folder with '=' in its name cannot be named here.";
                return false;
            }

            variables[pair[0]] = pair[1];
        }

        variant = Called(parts[0]) with { Variables = variables };
        return true;
    }

    // A part of the names of queues.
    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9-]{0,31}$")]
    private static partial Regex NameForm();

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_-]*$")]
    private static partial Regex VariableForm();
}
