using BrokerServe.Bench.Planning;
using BrokerServe.Bench.Results;
using BrokerServe.Bench.Subjects;

namespace BrokerServe.Bench.Running;

/// <summary>Looks at a system that has nothing to do: a router, four framed and four plain workers, a client, the broker.</summary>
internal static class IdleRun
{
    /// <summary>A request in a thousand seconds: the first of the load is its only one.</summary>
    private const double Rate = 0.001;

    /// <summary>Until everything that begins has begun.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(5);

    /// <param name="binaries">What there is to start.</param>
    /// <param name="broker">Through which broker.</param>
    /// <param name="folder">For files that processes are given.</param>
    /// <param name="duration">How long it is looked at.</param>
    /// <param name="stopping">Ends it.</param>
    public static async Task<IReadOnlyList<IdleRecord>> RunAsync(
        Binaries binaries, IBroker broker, string folder, TimeSpan duration, CancellationToken stopping)
    {
        var own = Directory.CreateDirectory(Path.Combine(folder, "idle")).FullName;
        var site = new Site(binaries, broker.Uri, own, Guarantee.AtLeastOnce, QueueType.Classic);
        await using var deployment = new Deployment(binaries.Probe, own);
        var specs = SubjectCatalog.Of(SubjectCatalog.Coalesced).Standing(site).Concat(SubjectCatalog.Of(SubjectCatalog.Plain).Standing(site));
        var standing = await deployment.EnsureAsync(specs, stopping);
        var shape = new LoadShape(new Cell(64, 1), Rate, Settling, duration + Settling);
        var load = deployment.EnsureLoad(SubjectCatalog.Of(SubjectCatalog.Coalesced).Load(site));
        await load.WriteLineAsync(shape.ToLine());
        Child[] everybody = [.. standing.DistinctBy(child => child.Id), load];
        await Task.Delay(Settling, stopping);
        var before = await LookAsync(everybody);
        var brokerBefore = broker.ProcessorSeconds();
        await Task.Delay(duration, stopping);
        var brokerAfter = broker.ProcessorSeconds();
        var after = await LookAsync(everybody);

        var found = everybody.Select((child, i) => new IdleRecord(
            child.Spec.Name,
            Math.Round((after[i].Cpu - before[i].Cpu) / duration.TotalMinutes, 3),
            Math.Round((after[i].Bytes - before[i].Bytes) / duration.TotalSeconds)));
        return brokerBefore is null
            ? [.. found]
            : [.. found, new IdleRecord("broker", Math.Round((brokerAfter!.Value - brokerBefore.Value) / duration.TotalMinutes, 3), null)];
    }

    private static async Task<(double Cpu, double Bytes)[]> LookAsync(IEnumerable<Child> children)
    {
        var seen = new List<(double, double)>();
        foreach (var child in children)
        {
            var snapshot = await Snapshot.TakeAsync([child], null);
            seen.Add((snapshot.CpuSeconds[child.Spec.Role], snapshot.Bytes[child.Spec.Role]));
        }

        return [.. seen];
    }
}
