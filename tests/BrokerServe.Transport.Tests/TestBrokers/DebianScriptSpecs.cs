using System.Diagnostics;

namespace BrokerServe.Transport.Tests.TestBrokers;

/// <summary>What <c>debian.sh</c> says on a machine that it can do nothing on.</summary>
public sealed class DebianScriptSpecs : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("brokerserve-debian-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task On_a_machine_that_is_not_Debian_it_says_so_and_what_to_do_instead_and_leaves_no_folder()
    {
        var (code, output, error) = await RunAsync(["dirname", "readlink", "mkdir", "flock"]);

        Assert.Equal((1, ""), (code, output));
        Assert.Equal(
            """
            debian.sh: cannot set up the RabbitMQ server of Debian trixie: this is not Debian.
            Without it: start Docker, install a server of that line, or set BROKERSERVE_TEST_BROKER=amqp://user:password@host/

            """,
            error);
        Assert.Empty(_folder.GetDirectories("cache/brokerserve/*"));
    }

    [Fact]
    public async Task Without_the_rights_it_says_which_it_takes()
    {
        // What it takes for its user's number is not 0, and there is no sudo.
        var (code, output, error) = await RunAsync(["dirname", "readlink", "mkdir", "flock", "true:apt-get", "true:dpkg", "echo:id"]);

        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith(
            "debian.sh: cannot set up the RabbitMQ server of Debian trixie: that takes root, or sudo without a password, the first time.\n",
            error,
            StringComparison.Ordinal);
    }

    // With these programs and no others, each under its own name or the one after the colon.
    private async Task<(int Code, string Output, string Error)> RunAsync(string[] programs)
    {
        foreach (var program in programs.Select(program => program.Split(':')))
        {
            File.CreateSymbolicLink(Path.Combine(Bin, program[^1]), Path.Combine("/usr/bin", program[0]));
        }

        var start = new ProcessStartInfo("/bin/bash", [Path.Combine(AppContext.BaseDirectory, "debian.sh"), "root", "trixie"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = Bin;
        start.Environment["XDG_CACHE_HOME"] = Path.Combine(_folder.FullName, "cache");
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await error);
    }

    private string Bin => Directory.CreateDirectory(Path.Combine(_folder.FullName, "bin")).FullName;
}
