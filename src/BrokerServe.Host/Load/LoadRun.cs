using System.Globalization;
using BrokerServe.Client;
using BrokerServe.Host.Measuring;
using BrokerServe.Protocol;
using BrokerServe.Transport;

namespace BrokerServe.Host.Load;

/// <summary>Calls an endpoint for a while and measures.</summary>
internal sealed class LoadRun(LoadSettings settings, TextWriter progress)
{
    private static readonly TimeSpan ProgressPeriod = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time = TimeProvider.System;

    /// <summary>Connects, warms up, calls until the duration is over or <paramref name="interrupted"/>, and waits for what is under way.</summary>
    /// <exception cref="BrokerServeException">There is no connection to be had.</exception>
    public async Task<LoadResult> RunAsync(IBroker broker, CancellationToken interrupted)
    {
        var clientOptions = new BrokerServeClientOptions { Name = "load", Prefix = settings.Prefix };
        clientOptions.MaxPendingCalls = Math.Max(clientOptions.MaxPendingCalls, settings.Concurrency);
        await using var client = await BrokerServeClient.ConnectAsync(broker, clientOptions, cancellationToken: interrupted);

        var payload = new byte[settings.Size];
        Array.Fill(payload, (byte)'x');
        var options = new InvokeOptions
        {
            Timeout = settings.Timeout,
            Delivery = settings.AtMostOnce ? DeliveryGuarantee.AtMostOnce : DeliveryGuarantee.AtLeastOnce,
        };
        if (settings.WarmUp > TimeSpan.Zero)
        {
            // Callers of their own, whose counts nobody reads.
            await NewCallers().RunAsync(settings.Concurrency, new ClosedPace(_time, settings.WarmUp), interrupted);
        }

        var callers = NewCallers();
        IPace pace = settings.Rate is { } rate
            ? new RatePace(_time, settings.Duration, rate)
            : new ClosedPace(_time, settings.Duration);

        var start = _time.GetTimestamp();
        var calling = callers.RunAsync(settings.Concurrency, pace, interrupted);
        await ReportAsync(callers, start, calling, interrupted);

        // Throughput is of the time in which calls were begun; waiting for the last ones must not dilute it.
        var elapsed = _time.GetElapsedTime(start);
        var throughput = callers.Recorder.Read().Replies / elapsed.TotalSeconds;
        await calling;
        return new LoadResult(settings, callers.Recorder.Read(), throughput, elapsed);

        Callers NewCallers() => new(client, settings.Endpoint, payload, options, _time);
    }

    private async Task ReportAsync(Callers callers, long start, Task calling, CancellationToken interrupted)
    {
        long before = 0;
        while (!interrupted.IsCancellationRequested && !calling.IsCompleted)
        {
            var left = settings.Duration - _time.GetElapsedTime(start);
            if (left <= TimeSpan.Zero)
            {
                return;
            }

            try
            {
                await Task.Delay(left < ProgressPeriod ? left : ProgressPeriod, _time, interrupted);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            if (left >= ProgressPeriod)
            {
                var totals = callers.Recorder.Read();
                var elapsed = _time.GetElapsedTime(start);
                await progress.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{elapsed.TotalSeconds,4:0} s  {totals.Replies,10:N0} replies  {totals.Replies - before,8:N0}/s  ")
                    + string.Create(
                        CultureInfo.InvariantCulture,
                        $"p50 {totals.LatencyMs(50):0.00} ms  p99 {totals.LatencyMs(99):0.00} ms  errors {totals.Failures:N0}"));
                before = totals.Replies;
            }
        }
    }
}
