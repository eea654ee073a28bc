using System.Runtime.InteropServices;

namespace BrokerServe.Bench.Results;

/// <summary>Where, when and with what something was measured.</summary>
/// <param name="Date">The day.</param>
/// <param name="Cores">Processors.</param>
/// <param name="Processor">Their name.</param>
/// <param name="System">The operating system.</param>
/// <param name="Runtime">The .NET that everything but the broker runs on.</param>
/// <param name="Broker">The broker; empty when there was none.</param>
internal sealed record Machine(DateOnly Date, int Cores, string Processor, string System, string Runtime, string Broker)
{
    /// <summary>This one, now.</summary>
    public static Machine Here(string broker) => new(
        DateOnly.FromDateTime(DateTime.UtcNow),
        Environment.ProcessorCount,
        Line("/proc/cpuinfo", "model name", ':') ?? RuntimeInformation.ProcessArchitecture.ToString(),
        Line("/etc/os-release", "PRETTY_NAME", '=')?.Trim('"') ?? RuntimeInformation.OSDescription,
        RuntimeInformation.FrameworkDescription,
        broker);

    public override string ToString() =>
        $"{Date:yyyy-MM-dd}, {Cores} cores of {Processor}, {System}, {Runtime}{(Broker.Length > 0 ? $", {Broker}" : "")}";

    private static string? Line(string file, string key, char separator) => File.Exists(file)
        ? File.ReadLines(file).FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal))?.Split(separator, 2)[1].Trim()
        : null;
}
