using System.Globalization;
using System.Text.Json;
using BrokerServe.Bench.Planning;
using BrokerServe.Bench.Results;
using BrokerServe.Bench.Subjects;
using BrokerServe.Probe;

namespace BrokerServe.Bench.Running;

/// <summary>Carries out what is planned, and keeps what is found: the file is written after each round, so that an interrupted run is not lost.</summary>
internal sealed class Session(Binaries binaries, IBroker? broker, ResultSet results, Action save, string folder, TextWriter progress)
{
    private int _blocks;

    /// <summary>Measures a block: every subject once for nothing, then the rounds.</summary>
    /// <param name="part">Under which part its runs are kept.</param>
    /// <param name="point">Under which point of a curve; 0 elsewhere.</param>
    /// <param name="block">What is measured.</param>
    /// <param name="plan">How often and how long.</param>
    /// <param name="subjectOf">The subject of a key.</param>
    /// <param name="stopping">Ends it.</param>
    public async Task RunBlockAsync(
        string part, int point, Block block, Plan plan, Func<string, Subject> subjectOf, CancellationToken stopping)
    {
        var own = Directory.CreateDirectory(Path.Combine(folder, (++_blocks).ToString(CultureInfo.InvariantCulture))).FullName;
        using var collector = new Collector();
        var site = new Site(binaries, broker?.Uri ?? "", own, block.Guarantee, block.QueueType) { Collector = collector.Url };
        await using var deployment = new Deployment(binaries.Probe, own);
        var measurement = new Measurement(deployment, broker);
        var failed = new HashSet<string>();
        var throughput = new Dictionary<(string, Cell), double>(); // Of the newest closed loop.
        var label = $"{part}{(point > 0 ? $" {point}" : "")}, {block}";

        foreach (var subject in block.Subjects)
        {
            await TryAsync(subject, new LoadShape(block.BusiestOf(subject), null, plan.FirstRun, Plan.FirstMeasured));
        }

        var round = 1;
        foreach (var run in Schedule.Of(block, plan.Rounds).Where(run => !failed.Contains(run.Subject)))
        {
            if (run.Round != round)
            {
                round = run.Round;
                save();
            }

            double? rate = run.Cell.Half ? throughput[(run.Subject, run.Cell with { Half = false })] / 2 : null;
            if (await TryAsync(run.Subject, new LoadShape(run.Cell, rate, plan.WarmUp, plan.Duration)) is { } found)
            {
                throughput[(run.Subject, run.Cell)] = found.Throughput;
                results.Runs.Add(new RunRecord(part, point, run.Round, run.Subject, block.Guarantee, block.QueueType, run.Cell, found));
                await progress.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{label}, {run.Cell.Size} B, {run.Cell.Outstanding} outstanding{(run.Cell.Half ? " at half" : "")}, round {run.Round} of {plan.Rounds}: "
                    + $"{subjectOf(run.Subject).Title} {found.Throughput:N0}/s, p50 {found.LatencyMs.P50:0.00} ms, p99 {found.LatencyMs.P99:0.00} ms"));
            }
        }

        if (part == Parts.Matrix && block.Subjects.Contains(SubjectCatalog.Coalesced) && !failed.Contains(SubjectCatalog.Coalesced))
        {
            await SampleTypesAsync(measurement, deployment, site, block, plan, stopping);
        }

        save();

        async Task<Finding?> TryAsync(string key, LoadShape shape)
        {
            try
            {
                return await measurement.RunAsync(subjectOf(key), site, shape, stopping);
            }
            catch (BenchException exception)
            {
                // One subject that does not work must not cost the hours of all others.
                failed.Add(key);
                results.Failures.Add($"{label}, {key} is missing from here on: {exception.Message}");
                await progress.WriteLineAsync(results.Failures[^1]);
                return null;
            }
        }
    }

    /// <summary>Runs BrokerServe once more while its router says what it allocates.</summary>
    private async Task SampleTypesAsync(
        Measurement measurement, Deployment deployment, Site site, Block block, Plan plan, CancellationToken stopping)
    {
        var subject = SubjectCatalog.Of(SubjectCatalog.Coalesced);
        var cell = block.BusiestOf(subject.Key);
        var standing = await deployment.EnsureAsync(subject.Standing(site), stopping);
        var router = standing.First(child => child.Spec.Role == Role.Middle);
        await router.AskAsync(ProbeServer.Sample);
        var found = await measurement.RunAsync(subject, site, new LoadShape(cell, null, plan.WarmUp, plan.Duration), stopping);
        var shares = JsonSerializer.Deserialize<Dictionary<string, double>>(await router.AskAsync(ProbeServer.Types)) ?? [];
        var bytesEach = found.BytesEach[nameof(Role.Middle).ToLowerInvariant()];
        var types = shares
            .Select(share => KeyValuePair.Create(share.Key, Math.Round(share.Value * bytesEach, 2)))
            .Where(share => share.Value > 0)
            .OrderByDescending(share => share.Value);
        results.Types.Add(new TypeRecord(subject.Key, block.Guarantee, cell.Outstanding, bytesEach, [.. types]));
    }
}
