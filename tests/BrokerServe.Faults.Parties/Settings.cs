using System.Globalization;
using BrokerServe.Transport.Supervision;

namespace BrokerServe.Faults.Parties;

/// <summary>What a party was started with.</summary>
internal sealed record Settings(string Broker, string Prefix, string JournalPath, IReadOnlyDictionary<string, string> Others)
{
    /// <summary>As the default, but refusals are tried again sooner than after 30 s, which is longer than a test.</summary>
    public static ReconnectOptions Reconnect { get; } = new() { RefusedDelay = TimeSpan.FromSeconds(2) };

    public static Settings Read(string[] arguments) => new(
        arguments[1], arguments[2], arguments[3], arguments.Skip(4).Select(other => other.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]));

    public string Text(string name, string otherwise) => Others.GetValueOrDefault(name, otherwise);

    public int Number(string name, int otherwise) => int.Parse(Text(name, otherwise.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);
}
