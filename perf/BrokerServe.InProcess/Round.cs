using System.Diagnostics;
using BrokerServe.LoadGenerator;

namespace BrokerServe.InProcess;

/// <summary>What a round of callers found.</summary>
/// <param name="PerSecond">Round trips per second.</param>
/// <param name="P50Ms">Half of them took no longer.</param>
/// <param name="P99Ms">99 of 100 took no longer.</param>
/// <param name="BytesEach">Bytes that the whole process allocated for each.</param>
/// <param name="CpuMicroseconds">Processor time that the whole process spent on each.</param>
internal sealed record Round(double PerSecond, double P50Ms, double P99Ms, double BytesEach, double CpuMicroseconds)
{
    /// <summary>Lets callers call for a while.</summary>
    public static async Task<Round> RunAsync(IEcho echo, LoadSettings load)
    {
        using var process = Process.GetCurrentProcess();
        var generator = new Generator(load);
        await using var target = new EchoTarget(generator, echo, load.NewBody(), ownsEcho: false);
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        var cpu = process.TotalProcessorTime;
        var report = await generator.RunAsync(target, _ => { }, CancellationToken.None);
        process.Refresh();
        cpu = process.TotalProcessorTime - cpu;
        bytes = GC.GetTotalAllocatedBytes(precise: true) - bytes;
        return new Round(
            report.Throughput, report.LatencyMs.P50, report.LatencyMs.P99, bytes / (double)report.AllReplies, cpu.TotalMicroseconds / report.AllReplies);
    }
}
