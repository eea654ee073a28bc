using System.CommandLine;
using BrokerServe.Host.Control;

namespace BrokerServe.Host.Commands;

/// <summary>What every command of the control log takes.</summary>
internal sealed class ControlOptions
{
    private readonly Option<bool> _json = new("--json") { Description = "Print one JSON object." };
    private readonly Option<Duration> _timeout = Ranges.Time(
        "--timeout", TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1), 30, "How long it may take; a lost broker is tried again so long.");

    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Show what would change, and write nothing." };
    private readonly Option<string> _note = new("--note")
    {
        Description = "What for; 'brokerserve history' shows it.",
        HelpName = "TEXT",
        DefaultValueFactory = _ => "",
    };

    private readonly BrokerOptions _broker;

    private ControlOptions(Command command) => _broker = BrokerOptions.AddTo(command);

    /// <summary>Adds the options to a command that reads.</summary>
    public static ControlOptions AddTo(Command command)
    {
        var options = new ControlOptions(command);
        command.Add(options._json);
        command.Add(options._timeout);
        return options;
    }

    /// <summary>Adds the options to a command that changes.</summary>
    public static ControlOptions AddChangeTo(Command command)
    {
        var options = AddTo(command);
        command.Add(options._dryRun);
        command.Add(options._note);
        return options;
    }

    public BrokerOptions Broker => _broker;

    /// <param name="parsed">What was written.</param>
    /// <param name="note">What the log says of it when the user says nothing.</param>
    /// <param name="prefix">The prefix when the user says none; null: the usual one.</param>
    public ControlJob Read(ParseResult parsed, string note = "", string? prefix = null) => new(
        _broker.Open(parsed),
        prefix is null || _broker.SaysPrefix(parsed) ? _broker.PrefixOf(parsed) : prefix,
        parsed.GetValue(_timeout).Time,
        parsed.GetValue(_json),
        parsed.GetValue(_dryRun),
        parsed.GetValue(_note) is { Length: > 0 } said ? said : note,
        parsed.InvocationConfiguration.Output,
        parsed.InvocationConfiguration.Error);
}
