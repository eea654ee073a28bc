using System.Diagnostics;
using BrokerServe.Host.Tests.Config;

namespace BrokerServe.Host.Tests;

/// <summary>What shells offer to complete.</summary>
public sealed class CompletionSpecs
{
    private const string Executable = "brokerserve";

    public static TheoryData<string, string[]> Lines => new()
    {
        { "brokerserve wor", ["worker"] },
        { "brokerserve config ", ["check", "schema", "show"] },
        { "brokerserve call greet x --ti", ["--timeout"] },
        { "brokerserve worker greet-v1 --log-level W", ["Warning"] },
        { "brokerserve worker greet-v1 --handler ", ["crash:0.1", "echo", "fail:0.1", "sleep:100", "upper"] },
        { "brokerserve worker greet-v1 --handler sle", ["sleep:100"] },
        { "brokerserve worker greet-v1 --handler sleep:", ["100"] }, // To bash the word begins at the colon.
        { "brokerserve completion ", ["bash", "fish", "pwsh", "zsh"] },
        { "brokerserve router --config ", [] }, // A file, which bash knows itself.
        { "brokerserve config check ", [] },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public async Task Bash_offers_what_can_come_next(string line, string[] candidates) =>
        Assert.Equal(candidates, await OfferedByBashAsync(line));

    [Fact]
    public async Task Bash_offers_options_once_one_is_begun()
    {
        Assert.DoesNotContain("--json", await OfferedByBashAsync("brokerserve config check "));
        Assert.Contains("--json", await OfferedByBashAsync("brokerserve config check -"));
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    [InlineData("pwsh")]
    public async Task There_is_a_script_for_each_shell_and_it_says_how_it_is_used(string shell)
    {
        var (code, script, error) = await Trial.RunAsync("completion", shell);

        Assert.Equal((0, ""), (code, error));
        Assert.Contains($"brokerserve completion {shell}", script, StringComparison.Ordinal);
        Assert.Contains("[suggest:", script, StringComparison.Ordinal);
    }

    // The script as it is printed, in a real bash, with the variables that a completion gets; the function stands for the executable on the path.
    private static async Task<string[]> OfferedByBashAsync(string line)
    {
        var program = $$"""
            {{Executable}}() { dotnet '{{Path.Combine(AppContext.BaseDirectory, "brokerserve.dll")}}' "$@"; }
            source <({{Executable}} completion bash)
            COMP_LINE=$1 COMP_POINT=${#1}
            _brokerserve {{Executable}}
            (( ${#COMPREPLY[@]} == 0 )) || printf '%s\n' "${COMPREPLY[@]}"
            """;
        var start = new ProcessStartInfo("bash", ["-c", program, "bash", line]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var bash = Process.Start(start)!;
        var said = bash.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var offered = await bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await bash.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal("", await said);
        return [.. offered.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];
    }
}
