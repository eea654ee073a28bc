using System.Text;
using RabbitMQ.Client;

namespace BrokerServe.TestBroker;

/// <summary>A line of RabbitMQ: its major version.</summary>
public static class BrokerLine
{
    /// <summary>Says which line the tests are for: <c>3</c> or <c>4</c>. Not set: whichever there is.</summary>
    public const string Variable = "BROKERSERVE_TEST_BROKER_LINE";

    /// <summary>The line that was asked for; null when any will do.</summary>
    /// <exception cref="InvalidOperationException">The variable says something else.</exception>
    internal static int? Wanted => Environment.GetEnvironmentVariable(Variable) switch
    {
        null or "" => null,
        "3" => 3,
        "4" => 4,
        var other => throw new InvalidOperationException($"{Variable} is '{other}'; it must be 3 or 4."),
    };

    /// <summary>Asks a broker for its version.</summary>
    internal static async Task<Version> AskAsync(string uri)
    {
        await using var connection = await new ConnectionFactory { Uri = new Uri(uri) }.CreateConnectionAsync("what are you?");
        var said = connection.ServerProperties?["version"] is byte[] version ? Encoding.UTF8.GetString(version) : "";
        return Version.TryParse(said.Split('-', '+')[0], out var parsed)
            ? parsed
            : throw new InvalidOperationException($"The broker at {new Uri(uri).Authority} does not say its version as RabbitMQ does, but '{said}'.");
    }

    /// <summary>Refuses a broker of another line than the one that was asked for.</summary>
    /// <exception cref="InvalidOperationException">It is of another line; the message names both.</exception>
    internal static void Check(Version version, int? wanted, string broker)
    {
        if (wanted is { } line && version.Major != line)
        {
            throw new InvalidOperationException(
                $"The tests shall run on RabbitMQ {line}.x ({Variable}, or --broker of tests/run.sh), but {broker} is RabbitMQ {version}.");
        }
    }
}
