namespace BrokerServe.Bench.Reporting;

/// <summary>What a measurement says of a wish.</summary>
internal enum Verdict
{
    /// <summary>The median fulfils it.</summary>
    Reached,

    /// <summary>The median does not, but the interval does not exclude it.</summary>
    Within,

    /// <summary>The interval excludes it.</summary>
    Excluded,

    /// <summary>The median does not fulfil it, and there are too few rounds for an interval.</summary>
    Undecided,
}
