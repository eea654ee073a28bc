namespace BrokerServe.Bench.Planning;

/// <summary>What is measured beside the scale curves.</summary>
/// <param name="Blocks">One after the other.</param>
/// <param name="Rounds">Of each block.</param>
/// <param name="WarmUp">Of each load, before it is measured.</param>
/// <param name="Duration">Of each measurement.</param>
internal sealed record Plan(IReadOnlyList<Block> Blocks, int Rounds, TimeSpan WarmUp, TimeSpan Duration)
{
    /// <summary>What a run takes beside warm-up and measurement: a process starts, connects, drains and ends.</summary>
    private static readonly TimeSpan Overhead = TimeSpan.FromSeconds(1);

    /// <summary>Loads that are run, one of each subject included that is thrown away.</summary>
    public int Runs => Blocks.Sum(block => Schedule.Of(block, Rounds).Count() + block.Subjects.Count());

    /// <summary>About how long it takes.</summary>
    public TimeSpan Estimate => Runs * (WarmUp + Duration + Overhead);
}
