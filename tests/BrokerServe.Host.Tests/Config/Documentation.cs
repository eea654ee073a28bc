using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace BrokerServe.Host.Tests.Config;

/// <summary>What the documentation comments of a type say, as plain text.</summary>
internal static partial class Documentation
{
    private static readonly ConcurrentDictionary<string, XDocument> Files = new();

    /// <summary>The sentence of a type.</summary>
    public static string Of(Type type) => Find(type, $"T:{type.FullName}");

    /// <summary>The sentences of a property, those of its value included.</summary>
    public static string Of(Type type, string property) => Find(type, $"P:{type.FullName}.{property}");

    private static string Find(Type type, string member)
    {
        var file = Path.ChangeExtension(type.Assembly.Location, ".xml");
        var found = Files.GetOrAdd(file, XDocument.Load).Descendants("member").SingleOrDefault(m => (string?)m.Attribute("name") == member);
        Assert.True(found is not null, $"{member} has no documentation in {file}.");
        var parts = new[] { found.Element("summary"), found.Element("value") };
        return string.Join(' ', parts.OfType<XElement>().Select(part => Space().Replace(string.Concat(part.Nodes().Select(TextOf)), " ").Trim()));
    }

    private static string TextOf(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" } see => ((string)see.Attribute("cref")!).Split('.')[^1],
        XElement element => string.Concat(element.Nodes().Select(TextOf)),
        _ => "",
    };

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
