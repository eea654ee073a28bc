using System.Globalization;
using BrokerServe.Bench.Subjects;
using BrokerServe.Probe;

namespace BrokerServe.Bench.Running;

/// <summary>Processor time and allocated bytes of some processes and the broker, at one moment.</summary>
/// <param name="CpuSeconds">By role.</param>
/// <param name="Bytes">By role; the broker has none.</param>
internal sealed record Snapshot(IReadOnlyDictionary<Role, double> CpuSeconds, IReadOnlyDictionary<Role, double> Bytes)
{
    /// <summary>Looks at all of them, one after the other; takes a few milliseconds.</summary>
    public static async Task<Snapshot> TakeAsync(IEnumerable<Child> processes, IBroker? broker)
    {
        var cpu = new Dictionary<Role, double>();
        var bytes = new Dictionary<Role, double>();
        foreach (var process in processes)
        {
            var role = process.Spec.Role;
            cpu[role] = cpu.GetValueOrDefault(role) + ProcessorTime.Of(process.Id);
            bytes[role] = bytes.GetValueOrDefault(role)
                + double.Parse(await process.AskAsync(ProbeServer.Bytes), CultureInfo.InvariantCulture);
        }

        if (broker?.ProcessorSeconds() is { } seconds)
        {
            cpu[Role.Broker] = seconds;
        }

        return new Snapshot(cpu, bytes);
    }

    /// <summary>What was used since an earlier moment, for each of so many units.</summary>
    public static IReadOnlyDictionary<string, double> Used(
        IReadOnlyDictionary<Role, double> before, IReadOnlyDictionary<Role, double> after, double units) =>
        new SortedDictionary<string, double>(after.ToDictionary(
            entry => entry.Key.ToString().ToLowerInvariant(), entry => Math.Round((entry.Value - before[entry.Key]) / units, 4)));
}
