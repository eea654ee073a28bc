using System.CommandLine;
using System.CommandLine.Invocation;
using BrokerServe.Host.Commands;
using BrokerServe.Transport;

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
        Or changed while it runs:   brokerserve router --control-log
                                    brokerserve apply brokerserve.json
                                    brokerserve traffic set greet greet-v1=0.9 greet-v2=0.1

        Exits with 0 when all went well, 1 when something failed (the code and the message are on standard error),
        2 when the command or a configuration is not right.
        """;

    /// <summary>Runs a command; returns what the process exits with.</summary>
    /// <param name="args">What was written.</param>
    /// <param name="output">For what was asked.</param>
    /// <param name="error">For what went wrong.</param>
    /// <param name="broker">A broker to use instead of the one that is named; null: that one.</param>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error, Func<IBroker>? broker = null)
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
            ApplyCommand.Create(),
            GetCommand.Create(),
            HistoryCommand.Create(),
            RollbackCommand.Create(),
            TrafficCommand.Create(),
            EndpointCommand.Create(),
            BackendCommand.Create(),
            ReplicaDrainCommand.Create(),
            StatusCommand.Create(),
            TopCommand.Create(),
            DoctorCommand.Create(),
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
            return await parsed.InvokeAsync(new HostInvocation
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
                Output = output,
                Error = error,
                Broker = broker,
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
