using BrokerServe.Faults.Tests.Network;
using Xunit;

namespace BrokerServe.Faults.Tests.Audit;

/// <summary>Joins what producers, workers and routers did, each by its own log, and says what must hold of every run.</summary>
/// <remarks>
/// The routers' log is what went over their connections, written by the proxies before them: a router that was killed cannot have left it out.
/// </remarks>
internal static class Auditor
{
    // A deadline is kept to milliseconds; a machine on which all parties share two cores may come this late to look at its clock.
    private const double GraceMs = 5_000;

    /// <summary>Fails with every law that was broken, and examples.</summary>
    /// <param name="evidence">The journals.</param>
    /// <param name="abandoned">Calls whose producer was killed: they have no end.</param>
    /// <param name="wires">What each router sent and got.</param>
    /// <param name="limit">Queries that a worker may run at once.</param>
    /// <param name="allowed">How calls may end besides <c>ok</c>: what the fault excuses.</param>
    /// <returns>How many calls ended in which way.</returns>
    public static IReadOnlyDictionary<string, int> Check(
        Evidence evidence, IReadOnlySet<long> abandoned, IEnumerable<WireLog> wires, int limit, params string[] allowed)
    {
        var faults = new List<string>();
        Assert.NotEmpty(evidence.Calls);

        // I1: every call has an end, by its deadline; none has two.
        Law("never ended", evidence.Calls.Keys.Where(id => !evidence.Ends[id].Any() && !abandoned.Contains(id)));
        Law("ended twice", evidence.Calls.Keys.Where(id => evidence.Ends[id].Count() > 1));
        Law("ended after its deadline", evidence.Calls.Values
            .Where(call => evidence.Ends[call.Id].Any(end => end.T > call.T + call.Timeout + GraceMs)).Select(call => call.Id));

        // Lost: a request that was sent, and neither answered nor refused. Its caller hears of it by its deadline or not at all.
        Law("ended in a way that this fault does not excuse", evidence.Calls.Keys
            .Where(id => evidence.Ends[id].Any(end => end.Code != "ok" && !allowed.Contains(end.Code))));

        // An answer is the answer to this request, and somebody has worked for it.
        Law("was answered for another", evidence.Calls.Keys.Where(id => evidence.Ends[id].Any(end => end.Code == "ok" && end.Value != 2 * id)));
        Law("was answered, and no worker has run it", evidence.Calls.Keys
            .Where(id => evidence.Ends[id].Any(end => end.Code == "ok") && !evidence.Ran[id].Any()));
        Law("ran, and nobody has called it", evidence.Begun.Select(runs => runs.Key).Where(id => !evidence.Calls.ContainsKey(id)));

        // What is certainly not sent was not run.
        Law("was unavailable, and has run", evidence.Calls.Keys
            .Where(id => evidence.Ends[id].Any(end => end.Code == "unavailable") && evidence.Begun[id].Any()));

        // I3: no worker runs more than its limit, however many routers send to it.
        faults.AddRange(evidence.MostAtOnce.Where(replica => replica.Value > limit).Select(replica => $"{replica.Key} ran {replica.Value} queries at once"));

        // I2: a router answers a delivery once at most, unless the connection was lost before the broker had confirmed the answer.
        foreach (var wire in wires)
        {
            Law($"was answered by {wire.Name} more often than it was delivered to it", wire.Answered
                .Where(answered => answered.Value > wire.Delivered.GetValueOrDefault(answered.Key.Id)).Select(answered => answered.Key.Id));
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
        return evidence.Ends.SelectMany(ends => ends).CountBy(end => end.Code!).ToDictionary();

        void Law(string broken, IEnumerable<long> by)
        {
            var ids = by.ToArray();
            if (ids.Length > 0)
            {
                faults.Add($"{ids.Length} of {evidence.Calls.Count} calls: {broken}. {string.Join("; ", ids.Take(5).Select(id => Describe(evidence, id)))}");
            }
        }
    }

    private static string Describe(Evidence evidence, long id)
    {
        var since = evidence.Calls.GetValueOrDefault(id)?.T ?? 0;
        var story = evidence.Begun[id].Concat(evidence.Ran[id]).Concat(evidence.Ends[id]).OrderBy(e => e.T)
            .Select(e => $"{e.E} {e.Code}{e.Replica}{(e.Reason is null ? "" : $" ({e.Reason})")} at {e.T - since:0} ms");
        return $"{id}: called at {since:0}, {string.Join(", ", story)}";
    }
}
