using System.Diagnostics.Metrics;
using BrokerServe.Client;
using BrokerServe.Host.Measuring;
using BrokerServe.Host.Pictures;
using BrokerServe.Protocol;
using BrokerServe.Transport;
using BrokerServe.Transport.InMemory;
using MessagePack;
using MessagePack.Resolvers;

namespace BrokerServe.Host.Demo;

/// <summary>Starts the whole system in this process, calls it for a while, shows that, and says how every call ended.</summary>
internal sealed class DemoRun(DemoSettings settings, IPictureView view)
{
    // Copies end after the calls that they are copies of; none takes longer than a moment.
    private static readonly TimeSpan SettleTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SettlePeriod = TimeSpan.FromMilliseconds(20);

    private readonly TimeProvider _time = TimeProvider.System;
    private readonly DemoCounts _counts = new();

    public async Task<DemoSummary> RunAsync(IBroker broker, CancellationToken interrupted)
    {
        await ProbeAsync(broker, interrupted);
        using var log = new NoteLog(view, _time);
        using var host = DemoSystem.Build(broker, settings, _counts, log);
        using var gauges = new DemoGauges(host.Services.GetRequiredService<IMeterFactory>());
        await host.StartAsync(CancellationToken.None);
        try
        {
            var client = host.Services.GetRequiredService<IBrokerServeClient>();
            var payload = MessagePackSerializer.Serialize(new Greeting("Ada"), ContractlessStandardResolver.Options);
            var callers = new Callers(
                client, DemoSystem.Endpoint, payload, new InvokeOptions { ContentType = ContentTypes.MessagePack }, _time);

            var start = _time.GetTimestamp();
            var pictures = new CallerPictures(
                TitleOf(broker),
                Counted.Calls,
                settings.Duration,
                callers,
                totals => DemoPictures.Of(totals, _counts, gauges.Read()),
                _time);
            var calling = callers.RunAsync(settings.Concurrency, new ClosedPace(_time, settings.Duration), interrupted);
            await pictures.ShowUntilAsync(calling, view);
            await calling;
            var elapsed = _time.GetElapsedTime(start);
            await SettleAsync(gauges);
            var summary = new DemoSummary(
                settings,
                broker.DisplayName,
                callers.Started,
                callers.Recorder.Read(),
                gauges.Duplicates,
                _counts.Of(DemoSystem.Shadow).Value,
                elapsed);
            view.End(pictures.TakeLast(summary.Totals, elapsed, summary.Throughput));
            return summary;
        }
        finally
        {
            await StopAsync(host, broker);
        }
    }

    private string TitleOf(IBroker broker)
    {
        var (replicas, backends) = (DemoSystem.Backends.Sum(backend => backend.Replicas), DemoSystem.Backends.Count);
        return $"One process: a router, {replicas} replicas of {backends} backends, {settings.Concurrency} callers of '{DemoSystem.Endpoint}', "
            + $"over {broker.DisplayName}.";
    }

    // The parts would try for ever; a person at a keyboard wants to know at once.
    private static async Task ProbeAsync(IBroker broker, CancellationToken interrupted)
    {
        await using var connection = await broker.ConnectAsync("demo probe", interrupted);
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
        while (gauges.Read().Values.Any(gauge => gauge is not { Backlog: 0, InFlight: 0 }) && _time.GetElapsedTime(begun) < SettleTimeout)
        {
            await Task.Delay(SettlePeriod, _time);
        }
    }
}
