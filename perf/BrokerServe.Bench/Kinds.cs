using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using BrokerServe.Bench.Subjects;

namespace BrokerServe.Bench;

/// <summary>Kinds of options: lists with commas, numbers in a range, addresses, variants.</summary>
internal static class Kinds
{
    /// <summary>A list of known words.</summary>
    public static Option<string[]> Words(string name, string description, string[] known)
    {
        var option = new Option<string[]>(name)
        {
            Description = $"{description}, with commas: {string.Join(", ", known)}.",
            HelpName = "LIST",
            CustomParser = result => [.. Items(result)],
        };
        option.Validators.Add(result =>
        {
            foreach (var word in Items(result).Except(known))
            {
                result.AddError($"{name}: there is no '{word}'; there are {string.Join(", ", known)}.");
            }
        });
        return option;
    }

    /// <summary>A list of whole numbers from 1 to <paramref name="max"/>.</summary>
    public static Option<int[]> Numbers(string name, string description, int max)
    {
        var option = new Option<int[]>(name)
        {
            Description = $"{description}.",
            HelpName = "LIST",
            CustomParser = result => [.. Items(result).Select(item => TryRead(item, 1, max, out var number) ? number : 0)],
        };
        option.Validators.Add(result =>
        {
            foreach (var item in Items(result).Where(item => !TryRead(item, 1, max, out _)))
            {
                result.AddError($"{name}: '{item}' is no number from 1 to {max}.");
            }
        });
        return option;
    }

    /// <summary>A number in a range; null when it is not said.</summary>
    public static Option<T?> Number<T>(string name, string description, T min, T max)
        where T : struct, INumber<T> => new(name)
        {
            Description = description,
            HelpName = "N",
            CustomParser = result =>
            {
                var text = Items(result).FirstOrDefault() ?? "";
                if (TryRead(text, min, max, out var number))
                {
                    return number;
                }

                result.AddError($"{name}: '{text}' is no number from {min} to {max}.");
                return null;
            },
        };

    /// <summary>An address of a page.</summary>
    public static Option<Uri?> Address(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "URL",
        CustomParser = result =>
        {
            var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps))
            {
                return url;
            }

            result.AddError($"{name}: '{text}' is no address; write http://HOST:PORT/PATH.");
            return null;
        },
    };

    /// <summary>Variants of BrokerServe, as often as it is said.</summary>
    public static Option<Variant[]> Variants(string name)
    {
        var option = new Option<Variant[]>(name)
        {
            Description = "BrokerServe with something different, beside itself; once for each: NAME=VARIABLE=VALUE,... sets variables of the environment, NAME=DIR is another checkout, whose loads know --runs-from.",
            HelpName = "NAME=WHAT",
            Arity = ArgumentArity.OneOrMore,
            CustomParser = result => [.. result.Tokens.Select(token => Variant.TryParse(token.Value, out var variant, out _) ? variant : null).OfType<Variant>()],
        };
        option.Validators.Add(result =>
        {
            var names = new HashSet<string>();
            foreach (var token in result.Tokens)
            {
                if (!Variant.TryParse(token.Value, out var variant, out var problem))
                {
                    result.AddError($"{name}: {problem}");
                }
                else if (!names.Add(variant.Name))
                {
                    result.AddError($"{name}: '{variant.Name}' is there twice.");
                }
            }
        });
        return option;
    }

    private static bool TryRead<T>(string text, T min, T max, out T number)
        where T : struct, INumber<T> =>
        T.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number) && number >= min && number <= max;

    private static IEnumerable<string> Items(SymbolResult result) => result.Tokens
        .SelectMany(token => token.Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
