using System.Diagnostics;

namespace BrokerServe.Host.Tests.Containers;

/// <summary>What <c>dotnet publish</c> makes of the executable, which the image holds as <c>/app</c>.</summary>
public sealed class Published : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("brokerserve-published-").FullName;

    public async ValueTask InitializeAsync()
    {
        // What the tests were built with is published as it is: bin/CONFIGURATION/FRAMEWORK.
        var configuration = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/')).Parent!.Name;
        var (code, said) = await RunAsync(
            ["dotnet", "publish", Path.Combine(DockerFolder.Root, "src/BrokerServe.Host"), "--no-build", "-c", configuration, "-o", _folder, "--nologo"],
            []);
        Assert.True(code == 0, said);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>Runs a command line of the image to its end, with the image's paths where they are here, and this port for its own.</summary>
    public Task<(int Code, string Said)> RunAsync(IEnumerable<string> command, int port) => RunAsync([.. Here(command, port)], []);

    /// <summary>Starts a command line of the image.</summary>
    internal Process Start(IEnumerable<string> command, int port) =>
        Start([.. Here(command, port)], new() { ["BROKERSERVE_BROKER"] = "amqp://127.0.0.1:1" });

    private static async Task<(int Code, string Said)> RunAsync(string[] command, Dictionary<string, string> environment)
    {
        using var process = Start(command, environment);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await Within.ReasonAsync(EndAsync(process), $"{string.Join(' ', command)} ended");
        return (process.ExitCode, await output + await error);
    }

    private static Process Start(string[] command, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    private static async Task<bool> EndAsync(Process process)
    {
        await process.WaitForExitAsync();
        return true;
    }

    private IEnumerable<string> Here(IEnumerable<string> command, int port) => command.Select(word => word
        .Replace("/app/", _folder + "/", StringComparison.Ordinal)
        .Replace("/etc/brokerserve", DockerFolder.Folder, StringComparison.Ordinal)
        .Replace("0.0.0.0:8080", $"127.0.0.1:{port}", StringComparison.Ordinal));
}
