using System.CommandLine;

namespace BrokerServe.Host.Commands;

/// <summary>A command with one sentence for the list of commands, and more, with examples, for its own help.</summary>
internal sealed class DetailedCommand(string name, string description, string details) : Command(name, description)
{
    public string Details => details;
}
