using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace BrokerServe.Packages.Tests;

/// <summary>The repository whose packages these are.</summary>
internal static class Repository
{
    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The version that packages have when nobody names one.</summary>
    public static string Version { get; } = Properties("Directory.Build.props").Descendants("Version").Single().Value;

    /// <summary>Projects that are packed.</summary>
    public static IReadOnlyList<string> PackableProjects { get; } =
    [
        .. Directory.EnumerateFiles(Path.Combine(Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Path.Combine(Root, "templates"), "*.csproj"))
            .Where(project => XDocument.Load(project).Descendants("IsPackable").Any(packable => packable.Value == "true"))
            .Order(StringComparer.Ordinal),
    ];

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    public static XDocument Properties(string path) => XDocument.Load(Path.Combine(Root, path));

    /// <summary>The version of a third party's package that this repository is built with.</summary>
    public static string VersionOf(string package) => (string)Properties("Directory.Packages.props")
        .Descendants("PackageVersion").Single(version => (string?)version.Attribute("Include") == package).Attribute("Version")!;

    public static string PackageId(string project) =>
        XDocument.Load(project).Descendants("PackageId").SingleOrDefault()?.Value ?? Path.GetFileNameWithoutExtension(project);

    private static string FindRoot([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../.."));
}
