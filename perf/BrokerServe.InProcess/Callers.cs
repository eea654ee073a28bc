using System.Diagnostics;
using HdrHistogram;

namespace BrokerServe.InProcess;

/// <summary>So many callers, each sending again when its reply is there.</summary>
internal sealed class Callers
{
    private readonly LongHistogram[] _latencies; // One for each caller, in ticks of 100 ns; made once, because they are large.
    private readonly byte[] _body;

    public Callers(int count, int size)
    {
        _latencies = [.. Enumerable.Range(0, count).Select(_ => NewHistogram())];
        _body = new byte[size];
    }

    /// <summary>Lets all of them call for a while.</summary>
    public async Task<Round> RunAsync(IEcho echo, TimeSpan duration)
    {
        foreach (var latency in _latencies)
        {
            latency.Reset();
        }

        using var process = Process.GetCurrentProcess();
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        var cpu = process.TotalProcessorTime;
        var started = Stopwatch.GetTimestamp();
        var until = started + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        await Task.WhenAll(_latencies.Select(latency => CallAsync(echo, latency, until)));
        var elapsed = Stopwatch.GetElapsedTime(started);
        process.Refresh();
        cpu = process.TotalProcessorTime - cpu;
        bytes = GC.GetTotalAllocatedBytes(precise: true) - bytes;

        var all = NewHistogram();
        foreach (var latency in _latencies)
        {
            all.Add(latency);
        }

        return new Round(
            all.TotalCount / elapsed.TotalSeconds,
            TimeSpan.FromTicks(all.GetValueAtPercentile(50)).TotalMilliseconds,
            TimeSpan.FromTicks(all.GetValueAtPercentile(99)).TotalMilliseconds,
            bytes / (double)all.TotalCount,
            cpu.TotalMicroseconds / all.TotalCount);
    }

    private static LongHistogram NewHistogram() => new(TimeSpan.FromMinutes(1).Ticks, 2);

    private async Task CallAsync(IEcho echo, LongHistogram latency, long until)
    {
        await Task.Yield();
        for (var sent = Stopwatch.GetTimestamp(); sent < until;)
        {
            await echo.SendAsync(_body);
            var received = Stopwatch.GetTimestamp();
            latency.RecordValue(Math.Max(1, Stopwatch.GetElapsedTime(sent, received).Ticks));
            sent = received;
        }
    }
}
