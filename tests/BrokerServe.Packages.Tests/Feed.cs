using System.Globalization;
using System.Reflection;
using BrokerServe.Packages.Tests;

[assembly: AssemblyFixture(typeof(Feed))]

namespace BrokerServe.Packages.Tests;

/// <summary>The packages of this repository, packed once for all tests, and a folder to use them in, which is gone afterwards.</summary>
/// <remarks>
/// <c>Home/repository</c> is laid out as the repository is, with the packages where its README puts them; <c>Home/user</c> is for what users
/// make of them. What third parties packed comes from where the build of these tests has restored it to, so no network is needed. Ours have a
/// version that was never there before and are unpacked into a folder of their own: nothing can be served from before, and nothing stays behind.
/// </remarks>
public sealed class Feed : IAsyncLifetime
{
    private readonly Lazy<Task<string>> _tool;
    private readonly Lazy<Task> _templates;

    public Feed()
    {
        _tool = new(InstallToolAsync);
        _templates = new(() => NewAsync(Checkout, Readme.InstallTemplates.Replace(Repository.Version, Version, StringComparison.Ordinal)));
    }

    /// <summary>The version of the packages: not a pre-release, which users would have to ask for.</summary>
    public string Version { get; } = string.Create(CultureInfo.InvariantCulture, $"0.1.{DateTimeOffset.UtcNow.ToUnixTimeSeconds()}");

    /// <summary>A folder for this run alone.</summary>
    public string Home { get; } = Directory.CreateTempSubdirectory("brokerserve-packages-").FullName;

    /// <summary>Stands for the repository.</summary>
    public string Checkout => Path.Combine(Home, "repository");

    /// <summary>Stands for a folder of a user's own.</summary>
    public string User => Path.Combine(Home, "user");

    /// <summary>Where the packages are.</summary>
    public string Packages => Path.Combine(Checkout, "artifacts", "packages");

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Packages);
        Directory.CreateDirectory(User);
        var restored = typeof(Feed).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "NuGetPackageRoot").Value;
        await File.WriteAllTextAsync(Path.Combine(Home, "nuget.config"), $"""
            <configuration>
              <packageSources><clear /><add key="packed" value="{Packages}" /></packageSources>
              <fallbackPackageFolders><add key="restored" value="{restored}" /></fallbackPackageFolders>
            </configuration>
            """);

        // What the tests were built with is packed as it is: bin/CONFIGURATION/FRAMEWORK.
        var configuration = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/')).Parent!.Name;
        var pack = Readme.Pack
            .Replace("-c Release", $"-c {configuration} --no-build -p:PackageVersion={Version}", StringComparison.Ordinal)
            .Replace("artifacts/packages", Packages, StringComparison.Ordinal);
        await RunAsync(Repository.Root, pack);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Home, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>The tool, installed as the README says; once for all tests.</summary>
    /// <returns>The path of the command <c>brokerserve</c>.</returns>
    public Task<string> ToolAsync() => _tool.Value;

    /// <summary>Makes a project in a folder of its name, in <see cref="User"/>.</summary>
    /// <param name="command">One of the README.</param>
    /// <param name="name">The project's name in the place of the one there.</param>
    /// <param name="more">Further options.</param>
    /// <returns>Its folder.</returns>
    public async Task<string> NewProjectAsync(string command, string name, string more = "")
    {
        await _templates.Value;
        var example = command.Split(' ')[4];
        await NewAsync(User, $"{command.Replace(example, name, StringComparison.Ordinal)} --no-restore --no-update-check {more}".TrimEnd());
        return Path.Combine(User, name);
    }

    /// <summary>Runs a command to its good end, and returns what it printed.</summary>
    public async Task<string> RunAsync(string folder, string line)
    {
        await using var command = Start(folder, line);
        return await command.SucceedAsync();
    }

    /// <summary>Starts a command in a folder.</summary>
    internal Command Start(string folder, string line, params (string Name, string Value)[] environment)
    {
        Dictionary<string, string> all = new(StringComparer.Ordinal)
        {
            ["NUGET_PACKAGES"] = Path.Combine(Home, "packages"),
            ["NuGetAudit"] = "false", // It asks the network.
            ["BrokerServeVersion"] = Version,
            ["MSBUILDDISABLENODEREUSE"] = "1", // No process of a build outlives it.
            ["UseSharedCompilation"] = "false",
            ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
            ["DOTNET_NOLOGO"] = "1",
        };
        foreach (var (name, value) in environment)
        {
            all[name] = value;
        }

        return Command.Start(folder, all, line);
    }

    // Templates are installed into a hive of our own, not into the user's.
    private Task<string> NewAsync(string folder, string command) =>
        RunAsync(folder, $"{command} --debug:custom-hive {Path.Combine(Home, "templates")}");

    private async Task<string> InstallToolAsync()
    {
        var folder = Path.Combine(Home, "tool");
        await RunAsync(Checkout, Readme.InstallTool.Replace("--global", $"--tool-path {folder}", StringComparison.Ordinal));
        return Path.Combine(folder, "brokerserve");
    }
}
