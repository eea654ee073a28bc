using System.Globalization;
using BrokerServe.Client;
using BrokerServe.Host.Measuring;
using BrokerServe.Host.Pictures;
using BrokerServe.Protocol;
using BrokerServe.Transport;

namespace BrokerServe.Host.Load;

/// <summary>Calls an endpoint for a while, measures, and shows that.</summary>
internal sealed class LoadRun(LoadSettings settings, IPictureView view)
{
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
            // Callers of their own, whose counts are shown but are in no result.
            var early = NewCallers();
            var warming = early.RunAsync(settings.Concurrency, new ClosedPace(_time, settings.WarmUp), interrupted);
            await PicturesOf(early, "Warming up", null, settings.WarmUp).ShowUntilAsync(warming, view);
            await warming;
        }

        var callers = NewCallers();
        IPace pace = settings.Rate is { } callsPerSecond
            ? new RatePace(_time, settings.Duration, callsPerSecond)
            : new ClosedPace(_time, settings.Duration);

        var calling = callers.RunAsync(settings.Concurrency, pace, interrupted);
        var measuring = MeasureAsync(callers, calling, interrupted);
        var running = Task.WhenAll(calling, measuring);
        var pictures = PicturesOf(callers, "Calling", settings.Rate, settings.Duration);
        await pictures.ShowUntilAsync(running, view);
        await running;
        var (elapsed, throughput) = await measuring;
        var result = new LoadResult(settings, callers.Recorder.Read(), throughput, elapsed);
        view.End(pictures.TakeLast(result.Totals, elapsed, throughput));
        return result;

        CallerPictures PicturesOf(Callers who, string doing, double? rate, TimeSpan duration) =>
            new(TitleOf(broker, doing, rate), Counted.Replies, duration, who, BackendsOf, _time);

        Callers NewCallers() => new(client, settings.Endpoint, payload, options, _time);
    }

    // Throughput is of the time in which calls are begun; waiting for the last ones must not dilute it.
    private async Task<(TimeSpan Elapsed, double Throughput)> MeasureAsync(Callers callers, Task calling, CancellationToken interrupted)
    {
        var start = _time.GetTimestamp();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(interrupted);
        var time = Task.Delay(settings.Duration, _time, over.Token);
        if (await Task.WhenAny(time, calling) == calling && !calling.IsCompletedSuccessfully)
        {
            // A run that cannot be is not waited for.
            await over.CancelAsync();
        }

        await time.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var elapsed = _time.GetElapsedTime(start);
        return (elapsed, callers.Recorder.Read().Replies / elapsed.TotalSeconds);
    }

    private string TitleOf(IBroker broker, string doing, double? rate)
    {
        var pace = rate is null ? "" : string.Create(CultureInfo.InvariantCulture, $", {rate:#,0.##} calls/s");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{doing} '{settings.Endpoint}' over {broker.DisplayName}: {settings.Concurrency:N0} callers{pace}, {settings.Size:N0} bytes each.");
    }

    // Only who answers is known here: neither what the policy wants nor what a router sees.
    private static IReadOnlyList<BackendPicture> BackendsOf(CallTotals totals) =>
        [.. totals.Backends.Select(share => new BackendPicture(Printable.Of(share.Key), share.Value, (double)share.Value / totals.Replies))];
}
