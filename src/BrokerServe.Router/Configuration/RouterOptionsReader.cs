using Microsoft.Extensions.Configuration;

namespace BrokerServe.Router.Configuration;

/// <summary>Reads the section <c>BrokerServe</c>: the router's own settings, the endpoints and the backends.</summary>
internal static class RouterOptionsReader
{
    public static void Read(IConfigurationSection section, RouterOptions options)
    {
        options.Section = section.Path;
        var errors = new ConfigErrors(section.Path);
        var reader = new SettingsReader(errors);
        var settings = Setting.Of(typeof(RouterOptions));
        foreach (var child in section.GetChildren())
        {
            if (Is(child, nameof(RouterOptions.Endpoints)))
            {
                ReadNamed(child, nameof(RouterOptions.Endpoints), options.Endpoints, reader, errors);
            }
            else if (Is(child, nameof(RouterOptions.Backends)))
            {
                ReadNamed(child, nameof(RouterOptions.Backends), options.Backends, reader, errors);
            }
            else if (settings.FirstOrDefault(s => Is(child, s.Name)) is { } setting)
            {
                reader.Read(child, setting.Name, setting, options);
            }
            else
            {
                NoteUnknown(child.Key, settings, errors);
            }
        }

        options.ReadErrors.AddRange(errors.All);
    }

    private static bool Is(IConfigurationSection child, string name) => child.Key.Equals(name, StringComparison.OrdinalIgnoreCase);

    private static void ReadNamed<T>(
        IConfigurationSection section, string place, IDictionary<string, T> all, SettingsReader reader, ConfigErrors errors)
        where T : class, new()
    {
        if (!string.IsNullOrEmpty(section.Value))
        {
            errors.Add(place, $"is \"{section.Value}\"; it must be a section with one entry for each name");
            return;
        }

        foreach (var child in section.GetChildren())
        {
            // A copy, because a record that code handed in is immutable to everybody else.
            var settings = all.TryGetValue(child.Key, out var there) ? (T)Setting.CopyOf(there) : new T();
            reader.Read(child, $"{place}:{child.Key}", settings);
            all[child.Key] = settings;
        }
    }

    // Clients, workers and hosts keep settings of their own in this section, so only what looks like a slip is one.
    private static void NoteUnknown(string key, IReadOnlyList<Setting> settings, ConfigErrors errors)
    {
        var known = settings.Select(s => s.Name).Append(nameof(RouterOptions.Endpoints)).Append(nameof(RouterOptions.Backends));
        if (Suggestion.Nearest(key, known) is { } near)
        {
            errors.Add(key, $"there is no such setting; did you mean {near}?");
        }
    }
}
