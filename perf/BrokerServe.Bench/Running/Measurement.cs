using System.Text.Json;
using BrokerServe.Bench.Results;
using BrokerServe.Bench.Subjects;
using BrokerServe.LoadGenerator;

namespace BrokerServe.Bench.Running;

/// <summary>Runs one load and looks at everybody who has a part in it while it is measured.</summary>
internal sealed class Measurement(Deployment deployment, IBroker? broker)
{
    /// <summary>Beyond warm-up and measurement: a process starts, waits for its last replies and confirms, and ends.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(60);

    /// <summary>Runs a load.</summary>
    /// <param name="subject">Who runs.</param>
    /// <param name="site">Where.</param>
    /// <param name="shape">What is sent.</param>
    /// <param name="stopping">Ends it.</param>
    /// <exception cref="BenchException">A process ended or hung, or nothing was measured.</exception>
    public async Task<Finding> RunAsync(Subject subject, Site site, LoadShape shape, CancellationToken stopping)
    {
        var standing = await deployment.EnsureAsync(subject.Standing(site), stopping);
        var countsBefore = broker is null ? null : await broker.CountAsync();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        limit.CancelAfter(shape.WarmUp + shape.Duration + Margin);
        await using var load = deployment.StartLoad(subject.Load(site, shape));
        try
        {
            var (report, before, after) = await FollowAsync(load, [load, .. standing], limit.Token);
            await load.EndAsync(limit.Token);
            foreach (var child in standing)
            {
                child.CheckAlive();
            }

            if (report is not { Requests: > 0 } || before is null || after is null)
            {
                throw new BenchException($"{load.Spec.Name} measured nothing. {load.LastWords()}");
            }

            var counts = countsBefore is null ? null : await broker!.CountAsync();
            return new Finding(
                shape.Rate,
                report.Requests,
                report.Throughput,
                report.LatencyMs,
                report.Errors,
                Snapshot.Used(before.CpuSeconds, after.CpuSeconds, report.Requests / 100_000.0),
                Snapshot.Used(before.Bytes, after.Bytes, report.Requests),
                counts is null ? null : (counts - countsBefore!).For(report.AllReplies));
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            throw new BenchException($"{load.Spec.Name} did not end. {load.LastWords()}");
        }
    }

    private async Task<(LoadReport? Report, Snapshot? Before, Snapshot? After)> FollowAsync(
        Child load, IReadOnlyList<Child> everybody, CancellationToken stopping)
    {
        Snapshot? before = null, after = null;
        LoadReport? report = null;
        while (await load.ReadLineAsync(stopping) is { } line)
        {
            switch (line)
            {
                case Generator.Measuring:
                    before = await Snapshot.TakeAsync(everybody, broker);
                    break;
                case Generator.Measured:
                    after = await Snapshot.TakeAsync(everybody, broker);
                    break;
                default:
                    report = JsonSerializer.Deserialize<LoadReport>(line, LoadReport.Json);
                    break;
            }
        }

        return (report, before, after);
    }
}
