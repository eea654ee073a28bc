using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace BrokerServe.Router.Configuration;

/// <summary>Reads a section of a configuration into an object, key by key, and notes every key and value that makes no sense.</summary>
/// <remarks>
/// Not the binder of .NET: that one stops at the first fault, does not say where it is, ignores a misspelt key, and takes "30" for 30 days.
/// What cannot be read leaves the setting as it was, so that one slip is one error.
/// </remarks>
internal sealed class SettingsReader(ConfigErrors errors)
{
    /// <summary>Reads what the section says into settings that nobody else uses yet; what it does not say stays.</summary>
    /// <param name="section">Its children are the settings.</param>
    /// <param name="place">Where the section stands, below the root of the errors.</param>
    /// <param name="settings">What to fill, by its properties (see <see cref="Setting"/>).</param>
    public void Read(IConfigurationSection section, string place, object settings)
    {
        if (!string.IsNullOrEmpty(section.Value))
        {
            errors.Add(place, $"is \"{section.Value}\"; it must be a section of settings");
            return;
        }

        var known = Setting.Of(settings.GetType());
        foreach (var child in section.GetChildren())
        {
            var setting = known.FirstOrDefault(s => s.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase));
            if (setting is null)
            {
                errors.Add($"{place}:{child.Key}", $"there is no such setting; {Suggestion.For(child.Key, known.Select(s => s.Name))}");
            }
            else
            {
                Read(child, $"{place}:{setting.Name}", setting, settings);
            }
        }
    }

    /// <summary>Reads one setting.</summary>
    public void Read(IConfigurationSection section, string place, Setting setting, object settings)
    {
        var type = Nullable.GetUnderlyingType(setting.Type) ?? setting.Type;
        if (type == typeof(IReadOnlyDictionary<string, double>))
        {
            ReadShares(section, place, setting, settings);
        }
        else if (setting.IsSection)
        {
            var inner = Setting.CopyOf(setting.Get(settings)!);
            Read(section, place, inner);
            setting.Set(settings, inner);
        }
        else if (type == typeof(IReadOnlyList<string>))
        {
            ReadList(section, place, setting, settings);
        }
        else if (setting.IsSectionList)
        {
            ReadSections<StaticReplicaConfig>(section, place, setting, settings);
        }
        else if (section.GetChildren().Any())
        {
            errors.Add(place, type == typeof(string) ? "is a section; write its value as one text" : $"is a section; it must be {FormOf(type)}");
        }
        else
        {
            ReadValue(section.Value, place, setting, type, settings);
        }
    }

    private void ReadValue(string? text, string place, Setting setting, Type type, object settings)
    {
        if (text is null && setting.IsOptional)
        {
            setting.Set(settings, null);
        }
        else if (text is not null && Parse(text, type) is { } value)
        {
            setting.Set(settings, value);
        }
        else
        {
            errors.Add(place, $"is {(text is null ? "empty" : $"\"{text}\"")}; it must be {FormOf(type)}");
        }
    }

    private void ReadShares(IConfigurationSection section, string place, Setting setting, object settings)
    {
        if (!string.IsNullOrEmpty(section.Value))
        {
            errors.Add(place, $"is \"{section.Value}\"; it must be a section of backends and numbers, such as v1: 0.9");
            return;
        }

        var shares = new Dictionary<string, double>(StringComparer.Ordinal);
        var legal = true;
        foreach (var share in section.GetChildren())
        {
            if (Parse(share.Value ?? "", typeof(double)) is double value && !share.GetChildren().Any())
            {
                shares.Add(share.Key, value);
            }
            else
            {
                errors.Add($"{place}:{share.Key}", $"is \"{share.Value}\"; it must be {FormOf(typeof(double))}");
                legal = false;
            }
        }

        if (legal)
        {
            setting.Set(settings, shares);
        }
    }

    private void ReadList(IConfigurationSection section, string place, Setting setting, object settings)
    {
        if (!string.IsNullOrEmpty(section.Value))
        {
            errors.Add(place, $"is \"{section.Value}\"; it must be a list");
            return;
        }

        setting.Set(settings, section.GetChildren().Select(item => item.Value ?? "").ToArray());
    }

    private void ReadSections<T>(IConfigurationSection section, string place, Setting setting, object settings)
        where T : new()
    {
        if (!string.IsNullOrEmpty(section.Value))
        {
            errors.Add(place, $"is \"{section.Value}\"; it must be a list of sections");
            return;
        }

        var items = new List<T>();
        foreach (var child in section.GetChildren())
        {
            var item = new T();
            Read(child, $"{place}:{child.Key}", item!);
            items.Add(item);
        }

        setting.Set(settings, items.ToArray());
    }

    private static object? Parse(string text, Type type)
    {
        if (type == typeof(string))
        {
            return text;
        }

        if (type == typeof(TimeSpan))
        {
            return Duration.TryParse(text, out var duration) ? duration : null;
        }

        if (type.IsEnum)
        {
            return ParseChoice(text, type);
        }

        if (type == typeof(bool))
        {
            return bool.TryParse(text, out var truth) ? truth : null;
        }

        if (type == typeof(double))
        {
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
        }

        if (type == typeof(long))
        {
            return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var large) ? large : null;
        }

        if (type == typeof(int))
        {
            return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole : null;
        }

        throw new NotSupportedException($"No setting has the type {type}; teach {nameof(SettingsReader)} to read it.");
    }

    // By name, whatever its case and with - or _ between its words: AtLeastOnce, at-least-once. Never by number, which says nothing.
    private static object? ParseChoice(string text, Type type)
    {
        var letters = text.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal);
        var name = Enum.GetNames(type).FirstOrDefault(n => n.Equals(letters, StringComparison.OrdinalIgnoreCase));
        return name is null ? null : Enum.Parse(type, name);
    }

    private static string FormOf(Type type) =>
        type.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(type))}"
        : type == typeof(TimeSpan) ? Duration.Forms
        : type == typeof(double) ? "a number such as 0.25"
        : type == typeof(bool) ? "true or false"
        : type == typeof(string) ? "a text"
        : "a whole number";
}
