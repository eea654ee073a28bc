using System.CommandLine;
using BrokerServe.Host.Completion;

namespace BrokerServe.Host.Commands;

/// <summary><c>brokerserve completion</c>: the script with which a shell completes commands, options and their values.</summary>
internal static class CompletionCommand
{
    private const string About = "Prints the script with which a shell completes commands, options and their values.";

    private const string Details = """
        For good in a line of the shell's start-up file, or for this session:

          bash     source <(brokerserve completion bash)
          zsh      source <(brokerserve completion zsh)
          fish     brokerserve completion fish | source
          pwsh     brokerserve completion pwsh | Out-String | Invoke-Expression

        Candidates come from brokerserve itself, so a script does not age. Options are offered once a - is typed.
        """;

    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = "The shell." };
        shell.AcceptOnlyFromAmong([.. CompletionScript.Shells]);
        var command = new DetailedCommand("completion", About, Details) { shell };
        command.SetAction(parsed => parsed.InvocationConfiguration.Output.Write(CompletionScript.Read(parsed.GetValue(shell)!)));
        return command;
    }
}
