using System.CommandLine;
using System.CommandLine.Invocation;
using BrokerServe.Host.Commands;

namespace BrokerServe.Host;

/// <summary>The command line as a whole: what there is, and what it exits with.</summary>
internal static class CommandLine
{
    private const string About = """
        BrokerServe: calls to named endpoints, routed over RabbitMQ to the workers that serve them.

        Try it in one process:      brokerserve demo
        Or as separate processes:   brokerserve router --config brokerserve.json
                                    brokerserve worker greet-v1 --handler echo
                                    brokerserve call greet '{"name":"Ada"}' --json

        Exits with 0 when all went well, 1 when something failed (the code and the message are on standard error),
        2 when the command or a configuration is not right.
        """;

    /// <summary>Runs a command; returns what the process exits with.</summary>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        var root = new RootCommand(About)
        {
            DemoCommand.Create(),
            RouterCommand.Create(),
            WorkerCommand.Create(),
            CallCommand.Create(),
            LoadCommand.Create(),
            ConfigCommand.Create(),
            DeadCommand.Create(),
            HealthCheckCommand.Create(),
            ConformanceCommand.Create(),
            CompletionCommand.Create(),
        };
        DetailedHelp.AddTo(root);
        var parsed = root.Parse(args);
        if (parsed.Action is ParseErrorAction)
        {
            return RefuseUsage(parsed, error);
        }

        try
        {
            // Signals are ours: hosts and runs drain, which takes longer than the parser's two seconds.
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
                Output = output,
                Error = error,
            });
        }
        catch (UsageException usage)
        {
            await error.WriteLineAsync(usage.Message);
            return ExitCodes.Usage;
        }
    }

    private static int RefuseUsage(ParseResult parsed, TextWriter error)
    {
        foreach (var fault in parsed.Errors.Select(static fault => fault.Message).Distinct(StringComparer.Ordinal))
        {
            error.WriteLine(fault);
        }

        var command = parsed.CommandResult.Command;
        error.WriteLine($"See: {PathOf(command)} --help");
        return ExitCodes.Usage;
    }

    private static string PathOf(Command command) =>
        command is RootCommand ? "brokerserve" : $"{PathOf(command.Parents.OfType<Command>().First())} {command.Name}";
}
