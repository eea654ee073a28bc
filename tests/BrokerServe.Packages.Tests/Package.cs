using System.IO.Compression;
using System.Xml.Linq;

namespace BrokerServe.Packages.Tests;

/// <summary>A package file, read.</summary>
internal sealed class Package
{
    private readonly XElement _metadata;

    private Package(string path)
    {
        using var zip = ZipFile.OpenRead(path);
        Files = zip.Entries.ToDictionary(entry => entry.FullName, Bytes, StringComparer.Ordinal);
        using var nuspec = new MemoryStream(Files.Single(file => !file.Key.Contains('/', StringComparison.Ordinal)
            && file.Key.EndsWith(".nuspec", StringComparison.Ordinal)).Value);
        _metadata = XDocument.Load(nuspec).Root!.Elements().Single();
    }

    /// <summary>What is in it, by path.</summary>
    public IReadOnlyDictionary<string, byte[]> Files { get; }

    /// <summary>Other packages that it asks for, with the lowest version.</summary>
    public IReadOnlyDictionary<string, string> Dependencies => Elements("dependency")
        .ToDictionary(dependency => (string)dependency.Attribute("id")!, dependency => (string)dependency.Attribute("version")!);

    /// <summary>What kind of package it is; empty for a library.</summary>
    public string Type => Elements("packageType").Select(type => (string)type.Attribute("name")!).SingleOrDefault() ?? "";

    public XElement? Repository => Elements("repository").SingleOrDefault();

    /// <summary>A line of its description for registries; null when there is none.</summary>
    public string? this[string field] => Elements(field).SingleOrDefault()?.Value;

    public static Package Read(string path) => new(path);

    private IEnumerable<XElement> Elements(string name) => _metadata.Descendants().Where(element => element.Name.LocalName == name);

    private static byte[] Bytes(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        var bytes = new byte[entry.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
