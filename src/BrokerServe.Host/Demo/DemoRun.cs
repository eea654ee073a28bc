using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using BrokerServe.Client;
using BrokerServe.Host.Measuring;
using BrokerServe.Protocol;
using BrokerServe.Transport;
using BrokerServe.Transport.InMemory;
using MessagePack;
using MessagePack.Resolvers;

namespace BrokerServe.Host.Demo;

/// <summary>Starts the whole system in this process, calls it for a while, and says how every call ended.</summary>
internal sealed class DemoRun(DemoSettings settings, TextWriter progress)
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;
    private static readonly TimeSpan ProgressPeriod = TimeSpan.FromSeconds(1);

    // Copies end after the calls that they are copies of; none takes longer than a moment.
    private static readonly TimeSpan SettleTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SettlePeriod = TimeSpan.FromMilliseconds(20);

    private readonly TimeProvider _time = TimeProvider.System;
    private readonly DemoCounts _counts = new();

    public async Task<DemoSummary> RunAsync(IBroker broker, CancellationToken interrupted)
    {
        await ProbeAsync(broker, interrupted);
        using var host = DemoSystem.Build(broker, settings, _counts);
        using var gauges = new DemoGauges(host.Services.GetRequiredService<IMeterFactory>());
        await host.StartAsync(CancellationToken.None);
        try
        {
            await progress.WriteLineAsync(
                $"One process: a router, 6 replicas of 3 backends, {settings.Concurrency} callers of '{DemoSystem.Endpoint}', "
                + $"over {broker.DisplayName}.");
            var client = host.Services.GetRequiredService<IBrokerServeClient>();
            var payload = MessagePackSerializer.Serialize(new Greeting("Ada"), ContractlessStandardResolver.Options);
            var callers = new Callers(
                client, DemoSystem.Endpoint, payload, new InvokeOptions { ContentType = ContentTypes.MessagePack }, _time);

            var start = _time.GetTimestamp();
            var calling = callers.RunAsync(settings.Concurrency, new ClosedPace(_time, settings.Duration), interrupted);
            await ReportAsync(callers, gauges, start, calling);
            await calling;
            var elapsed = _time.GetElapsedTime(start);
            await SettleAsync(gauges);
            return new DemoSummary(
                settings,
                broker.DisplayName,
                callers.Started,
                callers.Recorder.Read(),
                gauges.Duplicates,
                _counts.Of(DemoSystem.Shadow).Value,
                elapsed);
        }
        finally
        {
            await StopAsync(host, broker);
        }
    }

    // The parts would try for ever; a person at a keyboard wants to know at once.
    private static async Task ProbeAsync(IBroker broker, CancellationToken interrupted)
    {
        await using var connection = await broker.ConnectAsync("demo probe", interrupted);
    }

    private async Task ReportAsync(Callers callers, DemoGauges gauges, long start, Task calling)
    {
        long before = 0;
        while (await Task.WhenAny(calling, Task.Delay(ProgressPeriod, _time)) != calling)
        {
            var totals = callers.Recorder.Read();
            var (backlog, inFlight, credit) = gauges.Read();
            var line = new StringBuilder();
            line.Append(Invariant, $"{_time.GetElapsedTime(start).TotalSeconds,4:0} s  {totals.Ended,11:N0} calls {totals.Ended - before,9:N0}/s");
            line.Append(Invariant, $"  p50 {totals.LatencyMs(50):0.00} ms  p99 {totals.LatencyMs(99):0.00} ms");
            foreach (var (backend, count) in totals.Backends)
            {
                line.Append(Invariant, $"  {backend} {count:N0}");
            }

            line.Append(Invariant, $"  {DemoSystem.Shadow} {_counts.Of(DemoSystem.Shadow).Value:N0}");
            line.Append(Invariant, $"  backlog {backlog}  in flight {inFlight}  credit {credit}");
            await progress.WriteLineAsync(line.ToString());
            before = totals.Ended;
        }
    }

    private async Task StopAsync(IHost host, IBroker broker)
    {
        try
        {
            if (broker is not InMemoryBroker)
            {
                await DemoSystem.RemoveEndpointAsync(host, broker, settings);
            }
        }
        catch (BrokerException)
        {
            // The broker is gone, and with it what there was to clean up.
        }

        await host.StopAsync(CancellationToken.None);
    }

    private async Task SettleAsync(DemoGauges gauges)
    {
        var begun = _time.GetTimestamp();
        while (gauges.Read() is not { Backlog: 0, InFlight: 0 } && _time.GetElapsedTime(begun) < SettleTimeout)
        {
            await Task.Delay(SettlePeriod, _time);
        }
    }
}
