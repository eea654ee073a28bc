using BrokerServe.Router.Configuration;

namespace BrokerServe.Host.Control;

/// <summary>Settings as words of a command: <c>max_concurrent_queries=16</c>, <c>user_config=@file</c>, <c>max_batch_size=</c>.</summary>
internal static class SettingWords
{
    private const string Root = "set";

    /// <summary>Checks the form of words, and puts the content of files in the place of their names.</summary>
    /// <exception cref="UsageException">A word has no value, or a file cannot be read.</exception>
    public static string[] Read(IEnumerable<string>? words) => [.. (words ?? []).Select(word =>
    {
        var (name, value) = Split(word);
        return value.StartsWith('@') ? $"{name}={ReadFile(word, value[1..])}" : word;
    })];

    /// <summary>Settings over those that are there; a setting without a value goes back to its default.</summary>
    /// <param name="words">What <see cref="Read"/> has read.</param>
    /// <param name="place">Where the settings stand, for messages.</param>
    /// <param name="before">What is there; it stays as it is.</param>
    /// <param name="otherwise">Settings that these words cannot say, with the command that does.</param>
    /// <exception cref="RefusedException">Some make no sense; all of them are named.</exception>
    public static T Apply<T>(IEnumerable<string> words, string place, T before, IReadOnlyDictionary<string, string> otherwise)
        where T : class, new()
    {
        var errors = new ConfigErrors(ConfigErrors.DefaultSection);
        var settings = (T)Setting.CopyOf(before);
        var silent = new T();
        var flat = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var word in words)
        {
            var (name, value) = Split(word);
            var known = Setting.Of(typeof(T)).Where(setting => !otherwise.ContainsKey(setting.Name)).ToArray();
            if (Array.Find(known, setting => setting.Name.Equals(Letters(name), StringComparison.OrdinalIgnoreCase)) is not { } setting)
            {
                errors.Add($"{place}:{name}", otherwise.FirstOrDefault(pair => pair.Key.Equals(Letters(name), StringComparison.OrdinalIgnoreCase)).Value
                    ?? $"there is no such setting; {Suggestion.For(Letters(name), known.Select(k => k.Name))}");
            }
            else if (value.Length == 0)
            {
                setting.Set(settings, setting.Get(silent));
            }
            else if (setting.Type == typeof(IReadOnlyList<string>))
            {
                var items = value.Split(',', StringSplitOptions.TrimEntries);
                for (var i = 0; i < items.Length; i++)
                {
                    flat[$"{Root}:{setting.Name}:{i}"] = items[i];
                }
            }
            else
            {
                flat[$"{Root}:{setting.Name}"] = value;
            }
        }

        new SettingsReader(errors).Read(new ConfigurationBuilder().AddInMemoryCollection(flat).Build().GetSection(Root), place, settings);
        RefusedException.ThrowIfAny(errors.All);
        return settings;
    }

    /// <summary>Shares: <c>v1=0.9 v2=0.1</c>.</summary>
    /// <exception cref="UsageException">A word is no share.</exception>
    public static Dictionary<string, double> Shares(IEnumerable<string> words)
    {
        var shares = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var word in words)
        {
            var (backend, text) = Split(word);
            if (!double.TryParse(text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var share))
            {
                throw new UsageException($"{word}: '{text}' is no number; write BACKEND=NUMBER, such as v1=0.9");
            }

            if (!shares.TryAdd(backend, share))
            {
                throw new UsageException($"{word}: {backend} has a share already; name each backend once");
            }
        }

        return shares;
    }

    private static (string Name, string Value) Split(string word) => word.IndexOf('=', StringComparison.Ordinal) is var at and > 0
        ? (word[..at], word[(at + 1)..])
        : throw new UsageException($"{word}: write NAME=VALUE");

    private static string Letters(string name) => name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);

    private static string ReadFile(string word, string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{word}: {fault.Message}");
        }
    }
}
