using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace BrokerServe.Host.Commands;

/// <summary>Help as usual, and below it what a <see cref="DetailedCommand"/> has to add.</summary>
internal sealed class DetailedHelp(HelpAction usual) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public static void AddTo(RootCommand root)
    {
        foreach (var option in root.Options.OfType<HelpOption>())
        {
            option.Action = new DetailedHelp((HelpAction)option.Action!);
        }
    }

    public override int Invoke(ParseResult parseResult)
    {
        var code = usual.Invoke(parseResult);
        if (parseResult.CommandResult.Command is DetailedCommand command)
        {
            parseResult.InvocationConfiguration.Output.WriteLine(command.Details);
        }

        return code;
    }
}
