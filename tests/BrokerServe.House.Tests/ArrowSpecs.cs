using System.Xml.Linq;
using Xunit;

namespace BrokerServe.House.Tests;

/// <summary>Arrows between projects point inward only, and a third party's name stands in one project.</summary>
public sealed class ArrowSpecs
{
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["BrokerServe.Protocol"] = [],
        ["BrokerServe.Transport"] = [],
        ["BrokerServe.RabbitMq"] = ["BrokerServe.Transport"],
        ["BrokerServe.Client"] = ["BrokerServe.Protocol", "BrokerServe.Transport"],
        ["BrokerServe.Worker"] = ["BrokerServe.Protocol", "BrokerServe.Transport"],
        ["BrokerServe.Router"] = ["BrokerServe.Protocol", "BrokerServe.Transport"],
        ["BrokerServe.Testing"] = ["BrokerServe.Client", "BrokerServe.Router", "BrokerServe.Transport", "BrokerServe.Worker"],
        ["BrokerServe.Host"] = ["BrokerServe.Client", "BrokerServe.RabbitMq", "BrokerServe.Router", "BrokerServe.Worker"],
    };

    [Fact]
    public void Every_project_under_src_points_only_where_it_may()
    {
        var projects = Repository.Files("src", "*.csproj").ToArray();
        Assert.Equal(Allowed.Keys.Order(StringComparer.Ordinal), projects.Select(Name).Order(StringComparer.Ordinal));
        Assert.All(projects, project => Assert.Equal([], References(project, "ProjectReference").Select(Name).Except(Allowed[Name(project)])));
    }

    [Fact]
    public void The_protocol_stands_on_the_base_library_and_the_waist_on_abstractions()
    {
        Assert.Empty(References(Project("BrokerServe.Protocol"), "PackageReference"));
        Assert.All(
            References(Project("BrokerServe.Transport"), "PackageReference"),
            package => Assert.EndsWith(".Abstractions", package, StringComparison.Ordinal));
    }

    [Fact]
    public void Only_the_RabbitMq_project_names_the_RabbitMQ_client()
    {
        var naming = Repository.Files("src", "*.csproj").Where(project => References(project, "PackageReference").Contains("RabbitMQ.Client"));
        Assert.Equal(["BrokerServe.RabbitMq"], naming.Select(Name));

        var using_ = Repository.Files("src", "*.cs")
            .Where(file => File.ReadAllText(file).Contains("using RabbitMQ.Client", StringComparison.Ordinal))
            .Select(file => Repository.Relative(file).Split('/')[1])
            .Distinct();
        Assert.Equal(["BrokerServe.RabbitMq"], using_);
    }

    [Fact]
    public void A_peer_of_the_benchmarks_is_named_by_one_project_that_nothing_refers_to()
    {
        var projects = new[] { "src", "tests", "perf" }.SelectMany(folder => Repository.Files(folder, "*.csproj")).ToArray();
        var naming = projects.Where(project => References(project, "PackageReference").Any(package => package.StartsWith("MassTransit", StringComparison.Ordinal)));
        Assert.Equal(["BrokerServe.MassTransitPeer"], naming.Select(Name));
        Assert.All(projects, project => Assert.DoesNotContain("BrokerServe.MassTransitPeer", References(project, "ProjectReference").Select(Name)));
    }

    [Fact]
    public void There_is_one_solution_and_every_project_is_in_it()
    {
        Assert.Equal(["BrokerServe.sln"], Directory.EnumerateFiles(Repository.Root, "*.sln*").Select(Path.GetFileName));
        var solution = Repository.Read("BrokerServe.sln").Replace('\\', '/');
        Assert.All(
            new[] { "src", "tests", "perf" }.SelectMany(folder => Repository.Files(folder, "*.csproj"))
                .Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "templates"), "*.csproj")),
            project => Assert.Contains($"\"{Repository.Relative(project)}\"", solution, StringComparison.Ordinal));
    }

    private static string Project(string name) => Path.Combine(Repository.Root, "src", name, name + ".csproj");

    private static string Name(string project) => Path.GetFileNameWithoutExtension(project.Replace('\\', '/'));

    private static string[] References(string project, string kind) =>
        [.. XDocument.Load(project).Descendants(kind).Select(reference => (string)reference.Attribute("Include")!)];
}
