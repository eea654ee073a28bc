namespace BrokerServe.Packages.Tests;

/// <summary>The samples in .NET are built of the packages, as a project of a user's is.</summary>
public sealed class SampleSpecs(Feed feed)
{
    // In the folder above the samples, as what the repository is built with is: it fails the build that it gets into.
    private const string Leak = """
        <Project InitialTargets="Leak">
          <Target Name="Leak"><Error Text="The sample is built with what lies above the samples." /></Target>
        </Project>
        """;

    [Fact]
    public async Task A_system_in_one_host_splits_traffic_rolls_out_and_names_its_errors()
    {
        await CopyAsync();

        var said = await feed.RunAsync(feed.Checkout, Readme.RunSample);

        // Which users get the new version is a function of their shard keys: the same 97 of 1,000 everywhere.
        Assert.Equal(
            """
            Before: 903 x Hello, Ada.  97 x Welcome, Ada!
            Rolled out.
            After: 1000 x Welcome, Ada!
            endpoint_not_found, and trying again is no use.

            """,
            said);
    }

    private async Task CopyAsync()
    {
        foreach (var name in (string[])["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props"])
        {
            await File.WriteAllTextAsync(Path.Combine(feed.Checkout, name), Leak);
        }

        var samples = Path.Combine(Repository.Root, "samples", "dotnet");
        foreach (var file in Directory.EnumerateFiles(samples, "*", SearchOption.AllDirectories))
        {
            var path = Path.GetRelativePath(Repository.Root, file);
            if (!path.Split('/').Any(part => part is "bin" or "obj"))
            {
                var copy = Path.Combine(feed.Checkout, path);
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }
        }
    }
}
