using System.Diagnostics;
using HdrHistogram;

namespace BrokerServe.InProcess;

/// <summary>So many callers, each sending again when its reply is there, for a while.</summary>
/// <param name="PerSecond">Round trips per second.</param>
/// <param name="P50Ms">Half of them took no longer.</param>
/// <param name="P99Ms">99 of 100 took no longer.</param>
/// <param name="BytesEach">Bytes that the whole process allocated for each.</param>
/// <param name="CpuMicroseconds">Processor time that the whole process spent on each.</param>
internal sealed record Round(double PerSecond, double P50Ms, double P99Ms, double BytesEach, double CpuMicroseconds)
{
    public static async Task<Round> RunAsync(IEcho echo, Settings settings, TimeSpan duration)
    {
        var until = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        using var process = Process.GetCurrentProcess();
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        var cpu = process.TotalProcessorTime;
        var started = Stopwatch.GetTimestamp();
        var callers = new Task<LongHistogram>[settings.Concurrency];
        for (var i = 0; i < callers.Length; i++)
        {
            callers[i] = CallAsync(echo, settings.Size, until);
        }

        var latency = new LongHistogram(TimeSpan.FromMinutes(1).Ticks, 3);
        foreach (var caller in callers)
        {
            latency.Add(await caller);
        }

        var elapsed = Stopwatch.GetElapsedTime(started);
        process.Refresh();
        return new Round(
            latency.TotalCount / elapsed.TotalSeconds,
            TimeSpan.FromTicks(latency.GetValueAtPercentile(50)).TotalMilliseconds,
            TimeSpan.FromTicks(latency.GetValueAtPercentile(99)).TotalMilliseconds,
            (GC.GetTotalAllocatedBytes(precise: true) - bytes) / (double)latency.TotalCount,
            (process.TotalProcessorTime - cpu).TotalMicroseconds / latency.TotalCount);
    }

    private static async Task<LongHistogram> CallAsync(IEcho echo, int size, long until)
    {
        await Task.Yield();
        var body = new byte[size];
        var latency = new LongHistogram(TimeSpan.FromMinutes(1).Ticks, 3); // Ticks of 100 ns.
        for (var sent = Stopwatch.GetTimestamp(); sent < until;)
        {
            await echo.SendAsync(body);
            var received = Stopwatch.GetTimestamp();
            latency.RecordValue(Math.Max(1, Stopwatch.GetElapsedTime(sent, received).Ticks));
            sent = received;
        }

        return latency;
    }
}
