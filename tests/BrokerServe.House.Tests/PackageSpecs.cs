using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace BrokerServe.House.Tests;

/// <summary>What registries show of a package.</summary>
public sealed class PackageSpecs
{
    // A tool is used by commands: its page has no C#.
    public static TheoryData<string> Pages =>
    [
        .. Repository.Files("src", "PACKAGE.md")
            .Select(page => Path.GetFileName(Path.GetDirectoryName(page))!)
            .Where(project => !Repository.Read($"src/{project}/{project}.csproj").Contains("<PackAsTool>", StringComparison.Ordinal))
            .Select(project => project["BrokerServe.".Length..]),
    ];

    [Fact]
    public void Every_package_has_a_page()
    {
        var without = Repository.Files("src", "*.csproj").Append(Path.Combine(Repository.Root, "templates", "BrokerServe.Templates.csproj"))
            .Where(project => XDocument.Load(project).Descendants("IsPackable").Any(packable => packable.Value == "true"))
            .Where(project => !XDocument.Load(project).Descendants("PackageReadmeFile").Any())
            .Where(project => !File.Exists(Path.Combine(Path.GetDirectoryName(project)!, "PACKAGE.md")))
            .Select(Repository.Relative);

        Assert.Equal([], without);
    }

    [Fact]
    public async Task The_snippet_of_the_testing_page_runs() => Assert.Equal("Hello, Ada!", await PackageSnippets.TestingAsync());

    [Theory]
    [MemberData(nameof(Pages))]
    public void The_snippet_of_a_page_is_one_that_compiles(string package)
    {
        var page = Repository.Read($"src/BrokerServe.{package}/PACKAGE.md");
        var shown = Regex.Match(page, "```csharp\n(.*?)\n```", RegexOptions.Singleline).Groups[1].Value;
        var source = Repository.Read("tests/BrokerServe.House.Tests/PackageSnippets.cs");
        var compiled = Regex.Match(source, $"#region {package}\n(.*?)\n        #endregion", RegexOptions.Singleline).Groups[1].Value;

        Assert.NotEmpty(shown);
        Assert.Equal(string.Join('\n', compiled.Split('\n').Select(line => line[8..])), shown);
    }
}
