using System.CommandLine;
using BrokerServe.Protocol;
using BrokerServe.RabbitMq;
using BrokerServe.Transport;

namespace BrokerServe.Host.Commands;

/// <summary>Which broker, and under which names: the same for every command.</summary>
internal sealed class BrokerOptions
{
    private const string Variable = "BROKERSERVE_BROKER";
    private const string Default = "amqp://localhost";

    private readonly Option<string?> _broker;
    private readonly BrokerFileOptions _files = new();
    private readonly string? _fallback;
    private readonly Option<string> _prefix = new("--prefix")
    {
        Description = "How the names of all queues and exchanges begin. Routers, workers and clients of one system share it.",
        DefaultValueFactory = _ => ObjectNames.DefaultPrefix,
    };

    private BrokerOptions(string description, string? fallback)
    {
        // No default value of the option's own: help prints those, and the variable holds a password.
        _broker = new Option<string?>("--broker") { Description = description, HelpName = "URI" };
        _fallback = fallback;
    }

    /// <summary>What a command offers that calls endpoints.</summary>
    public static Option<bool> AtMostOnce() =>
        new("--at-most-once") { Description = "Not persistent, and never repeated, instead of at least once." };

    /// <summary>Adds the options to a command that needs a broker.</summary>
    public static BrokerOptions AddTo(Command command) => AddTo(
        command,
        new BrokerOptions(
            $"The broker: amqp://USER:PASSWORD@HOST:PORT/VHOST, amqps for TLS, several hosts with commas. Default: ${Variable}, else {Default}.",
            Default));

    /// <summary>Adds the options to a command that brings a broker along.</summary>
    public static BrokerOptions AddOptionalTo(Command command) => AddTo(
        command,
        new BrokerOptions($"A broker: amqp://USER:PASSWORD@HOST:PORT/VHOST. Default: ${Variable}, else the one in this process.", null));

    /// <summary>The prefix that was asked for.</summary>
    public string PrefixOf(ParseResult parsed) => parsed.GetValue(_prefix)!;

    /// <summary>Whether the prefix was said, and not left at its default.</summary>
    public bool SaysPrefix(ParseResult parsed) => parsed.GetResult(_prefix) is { Implicit: false };

    /// <summary>Whether a broker was named, by option or environment.</summary>
    public bool NamesBroker(ParseResult parsed) => UriOf(parsed) is not null;

    /// <summary>Refuses what cannot work, before anything starts.</summary>
    /// <exception cref="UsageException">The URI cannot work, or a file cannot be read.</exception>
    public void Check(ParseResult parsed) => Open(parsed);

    /// <summary>Makes the broker; nothing is connected yet.</summary>
    /// <exception cref="UsageException">The URI cannot work, or a file cannot be read.</exception>
    public IBroker Open(ParseResult parsed, ILoggerFactory? loggers = null)
    {
        if (parsed.InvocationConfiguration is HostInvocation { Broker: { } open })
        {
            return open();
        }

        try
        {
            return new RabbitMqBroker(_files.With(parsed, UriOf(parsed)!), loggers?.CreateLogger<RabbitMqBroker>());
        }
        catch (ArgumentException fault)
        {
            // Its message never holds the password.
            throw new UsageException($"--broker: {Message.Of(fault)}");
        }
    }

    private string? UriOf(ParseResult parsed) =>
        parsed.GetValue(_broker) ?? (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } uri ? uri : _fallback);

    private static BrokerOptions AddTo(Command command, BrokerOptions options)
    {
        command.Add(options._broker);
        options._files.AddTo(command);
        command.Add(options._prefix);
        return options;
    }
}
