using System.Text;

namespace BrokerServe.Packages.Tests;

/// <summary>What is in the packages.</summary>
public sealed class PackageSpecs(Feed feed)
{
    public static TheoryData<string> All => [.. Repository.PackableProjects.Select(Repository.PackageId)];

    public static TheoryData<string> Libraries =>
    [
        .. Repository.PackableProjects
            .Where(project => !File.ReadAllText(project).Contains("PackAsTool", StringComparison.Ordinal))
            .Where(project => !File.ReadAllText(project).Contains("PackageType", StringComparison.Ordinal))
            .Select(Repository.PackageId),
    ];

    [Fact]
    public void Every_packable_project_is_packed_and_nothing_else() =>
        Assert.Equal(
            Repository.PackableProjects.Select(project => $"{Repository.PackageId(project)}.{feed.Version}.nupkg").Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(feed.Packages, "*.nupkg").Select(Path.GetFileName).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(All))]
    public void A_package_says_what_it_is_who_wrote_it_and_under_which_licence(string id)
    {
        var package = Read(id);

        Assert.Equal(id, package["id"]);
        Assert.Equal("Apache-2.0", package["license"]);
        Assert.Equal("BrokerServe contributors", package["authors"]);
        Assert.EndsWith(".", package["description"], StringComparison.Ordinal);
        Assert.StartsWith("brokerserve rabbitmq ", package["tags"], StringComparison.Ordinal);
        Assert.StartsWith("\u0089PNG", Encoding.Latin1.GetString(package.Files[package["icon"]!]), StringComparison.Ordinal);
        Assert.StartsWith("# ", Encoding.UTF8.GetString(package.Files[package["readme"]!]), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_package_names_its_commit_and_no_folder_as_its_repository(string id)
    {
        var repository = Read(id).Repository;

        Assert.Matches("^[0-9a-f]{40}$", (string?)repository?.Attribute("commit"));
        Assert.Matches("^(https://.+)?$", (string?)repository!.Attribute("url") ?? "");
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_library_carries_its_assembly_its_documentation_and_nothing_else_and_its_symbols_beside_it(string id)
    {
        Assert.Equal([$"lib/net10.0/{id}.dll", $"lib/net10.0/{id}.xml"], InFolders(Read(id)));
        Assert.Equal([$"lib/net10.0/{id}.pdb"], InFolders(Package.Read(Path.Combine(feed.Packages, $"{id}.{feed.Version}.snupkg"))));
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_library_asks_for_its_sisters_as_they_were_packed_with_it_and_for_others_as_it_was_built_with_them(string id)
    {
        foreach (var (name, version) in Read(id).Dependencies)
        {
            Assert.Equal(name.StartsWith("BrokerServe.", StringComparison.Ordinal) ? feed.Version : Repository.VersionOf(name), version);
        }
    }

    private static IEnumerable<string> InFolders(Package package) => package.Files.Keys
        .Where(file => file.Contains('/', StringComparison.Ordinal))
        .Where(file => !file.StartsWith("_rels/", StringComparison.Ordinal) && !file.StartsWith("package/", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal);

    private Package Read(string id) => Package.Read(Path.Combine(feed.Packages, $"{id}.{feed.Version}.nupkg"));
}
