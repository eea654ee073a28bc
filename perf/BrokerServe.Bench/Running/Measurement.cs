using System.Text.Json;
using BrokerServe.Bench.Results;
using BrokerServe.Bench.Subjects;
using BrokerServe.LoadGenerator;

namespace BrokerServe.Bench.Running;

/// <summary>Runs one load and looks at everybody who has a part in it while it is measured.</summary>
internal sealed class Measurement(Deployment deployment, IBroker? broker)
{
    /// <summary>Beyond warm-up and measurement: a process starts and connects, and waits for its last replies and confirms.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(60);

    /// <summary>Runs a load once.</summary>
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
        var load = deployment.EnsureLoad(subject.Load(site));
        Child[] everybody = [load, .. standing];
        try
        {
            await load.WriteLineAsync(shape.ToLine());
            var (report, before, after) = await FollowAsync(load, everybody, limit.Token);
            if (report is not { Requests: > 0 } || before is null || after is null)
            {
                throw new BenchException($"{load.Spec.Name} measured nothing. {load.LastWords()}");
            }

            Array.ForEach(everybody, static child => child.CheckAlive());
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
            await deployment.EndAsync(load);
            throw new BenchException($"{load.Spec.Name} did not end. {load.LastWords()}");
        }
        catch
        {
            await deployment.EndAsync(load); // What it still sends would be in everybody's way.
            throw;
        }
    }

    private async Task<(LoadReport? Report, Snapshot? Before, Snapshot? After)> FollowAsync(
        Child load, IReadOnlyList<Child> everybody, CancellationToken stopping)
    {
        Snapshot? before = null, after = null;
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
                    return (JsonSerializer.Deserialize<LoadReport>(line, LoadReport.Json), before, after);
            }
        }

        return default;
    }
}
