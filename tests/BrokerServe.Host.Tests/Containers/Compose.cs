using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace BrokerServe.Host.Tests.Containers;

/// <summary>A compose file: maps, lists and texts, with what is merged in already there.</summary>
internal sealed class Compose
{
    private readonly Dictionary<object, object> _root;

    private Compose(Dictionary<object, object> root) => _root = root;

    public Dictionary<string, Dictionary<object, object>> Services => Map(_root["services"])
        .ToDictionary(service => (string)service.Key, service => Map(service.Value));

    public IEnumerable<string> Volumes => _root.TryGetValue("volumes", out var volumes) ? Map(volumes).Keys.Cast<string>() : [];

    public IEnumerable<string> Keys => _root.Keys.Cast<string>();

    public static Compose Read(string path)
    {
        using var reader = new StreamReader(path);
        return new Compose(new DeserializerBuilder().Build().Deserialize<Dictionary<object, object>>(new MergingParser(new Parser(reader))));
    }

    public static Dictionary<object, object> Map(object value) => (Dictionary<object, object>)value;

    /// <summary>The texts of a list; none when there is no such key.</summary>
    public static string[] Texts(Dictionary<object, object> service, string key) =>
        service.TryGetValue(key, out var list) ? [.. ((List<object>)list).Cast<string>()] : [];
}
