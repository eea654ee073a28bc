namespace BrokerServe.Host.Conformance;

/// <summary>What a check saw.</summary>
/// <param name="Verdict">How it ended.</param>
/// <param name="Says">The facts, in whole sentences; null when there is nothing to add to the check's own sentence.</param>
internal sealed record Outcome(Verdict Verdict, string? Says)
{
    public static Outcome Pass(string? says = null) => new(Verdict.Passed, says);

    public static Outcome Fail(string says) => new(Verdict.Failed, says);

    /// <summary>There was nothing to see.</summary>
    /// <param name="says">Why, and what to do so that there is, where that helps.</param>
    public static Outcome NotObserved(string says) => new(Verdict.NotObserved, says);

    /// <summary>Passes when there are no faults, else fails with them.</summary>
    public static Outcome Of(IEnumerable<string> faults)
    {
        const int Shown = 3; // Of what goes wrong once for each message, the first few tell all.
        var all = faults.Distinct(StringComparer.Ordinal).ToArray();
        var more = all.Length > Shown ? $" And {all.Length - Shown} more." : "";
        return all.Length == 0 ? Pass() : Fail(string.Join(' ', all.Take(Shown)) + more);
    }
}
