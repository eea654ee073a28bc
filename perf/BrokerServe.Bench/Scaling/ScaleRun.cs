using BrokerServe.Bench.Planning;
using BrokerServe.Bench.Running;
using BrokerServe.Bench.Subjects;

namespace BrokerServe.Bench.Scaling;

/// <summary>Measures a curve: each point in turn with the base, both up at a time under names of their own.</summary>
internal sealed class ScaleRun(Session session)
{
    public async Task RunAsync(ScaleCurve curve, Plan plan, CancellationToken stopping)
    {
        // What both have in common is named alike: a block of one site, two systems by prefix.
        var ground = SubjectCatalog.Coalesced;
        var small = ServeSubjects.Coalesced(curve.Base with { Prefix = "base" }) with { Key = ScaleCurves.BaseSubject, Title = "the first" };
        foreach (var point in curve.Points)
        {
            var large = ServeSubjects.Coalesced(point.Shape with { Prefix = "point" }) with { Key = ground };
            var block = new Block(
                Guarantee.AtLeastOnce, QueueType.Classic, [new PlannedCell(new Cell(64, point.Outstanding), [small.Key, large.Key])]);
            await session.RunBlockAsync(
                curve.Name, point.Value, block, plan, key => key == small.Key ? small : large, stopping);
        }
    }
}
