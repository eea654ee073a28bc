using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using BrokerServe.Transport.Supervision;

namespace BrokerServe.Router.Configuration;

/// <summary>One property that an operator can set: what reads, checks and prints a configuration goes through these, so that a new setting
/// is one new property with its attribute.</summary>
internal sealed class Setting
{
    private static readonly ConcurrentDictionary<Type, IReadOnlyList<Setting>> Known = new();

    private readonly PropertyInfo _property;

    private Setting(PropertyInfo property)
    {
        _property = property;
        Rules = [.. property.GetCustomAttributes<ValidationAttribute>()];
        IsOptional = new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable;
    }

    public string Name => _property.Name;

    public Type Type => _property.PropertyType;

    public IReadOnlyList<ValidationAttribute> Rules { get; }

    /// <summary>Null says something: the default, or somebody else's choice.</summary>
    public bool IsOptional { get; }

    /// <summary>Whether its value is never printed.</summary>
    public bool IsOpaque => _property.IsDefined(typeof(OpaqueAttribute));

    /// <summary>Whether it is a section with settings of its own.</summary>
    public bool IsSection => Type == typeof(ReconnectOptions);

    /// <summary>Whether it is a list of sections with settings of their own.</summary>
    public bool IsSectionList => Type == typeof(IReadOnlyList<StaticReplicaConfig>);

    /// <summary>All settings of a type of configuration, in the order they are written there.</summary>
    public static IReadOnlyList<Setting> Of(Type type) => Known.GetOrAdd(type, static t =>
        [.. t.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.SetMethod is { IsPublic: true }).Select(p => new Setting(p))]);

    public object? Get(object settings) => _property.GetValue(settings);

    public void Set(object settings, object? value) => _property.SetValue(settings, value);

    /// <summary>A copy whose settings can be set without changing what others hold.</summary>
    public static object CopyOf(object settings)
    {
        var copy = Activator.CreateInstance(settings.GetType())!;
        foreach (var setting in Of(settings.GetType()))
        {
            setting.Set(copy, setting.Get(settings));
        }

        return copy;
    }

    /// <summary>Every setting and its value, for people.</summary>
    public static string PrintAll(object settings) => string.Join("; ", Of(settings.GetType()).Select(s => $"{s.Name} {s.PrintOf(settings)}"));

    /// <summary>The value as an operator would write it; of an opaque one only that there is one.</summary>
    public string PrintOf(object settings) =>
        IsOpaque && Get(settings) is not null ? "(set)" : Print(Get(settings));

    /// <summary>A value as an operator would write it.</summary>
    public static string Print(object? value) => value switch
    {
        null => "not set",
        bool truth => truth ? "true" : "false",
        TimeSpan duration => Duration.Print(duration),
        double whole when double.IsInteger(whole) => whole.ToString("F0", CultureInfo.InvariantCulture),
        IReadOnlyDictionary<string, double> shares => PrintShares(shares),
        IEnumerable<string> texts => string.Join(", ", texts),
        IReadOnlyList<StaticReplicaConfig> { Count: 0 } => "none",
        IReadOnlyList<StaticReplicaConfig> replicas => string.Join(", ", replicas.Select(replica => $"({PrintAll(replica)})")),
        ReconnectOptions section => $"({PrintAll(section)})",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private static string PrintShares(IReadOnlyDictionary<string, double> shares) => string.Join(", ", shares
        .OrderBy(s => s.Key, StringComparer.Ordinal)
        .Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Key}={s.Value:R}")));
}
