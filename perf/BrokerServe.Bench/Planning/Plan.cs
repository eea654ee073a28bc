namespace BrokerServe.Bench.Planning;

/// <summary>What is measured beside the scale curves.</summary>
/// <param name="Blocks">One after the other.</param>
/// <param name="Rounds">Of each block.</param>
/// <param name="FirstRun">What each subject of a block runs for nothing at first, so that its processes are compiled and their pools are filled.</param>
/// <param name="WarmUp">Of each run, before it is measured.</param>
/// <param name="Duration">Of each measurement.</param>
internal sealed record Plan(IReadOnlyList<Block> Blocks, int Rounds, TimeSpan FirstRun, TimeSpan WarmUp, TimeSpan Duration)
{
    /// <summary>What is measured of a first run: enough to see that the subject works.</summary>
    public static readonly TimeSpan FirstMeasured = TimeSpan.FromSeconds(0.5);

    /// <summary>What a run takes beside warm-up and measurement: it connects, drains and lets go.</summary>
    private static readonly TimeSpan Overhead = TimeSpan.FromSeconds(1);

    /// <summary>Runs that are kept.</summary>
    public int Runs => Blocks.Sum(block => Schedule.Of(block, Rounds).Count());

    /// <summary>About how long it takes.</summary>
    public TimeSpan Estimate => (Runs * (WarmUp + Duration + Overhead)) + (Blocks.Sum(block => block.Subjects.Count()) * (FirstRun + FirstMeasured + Overhead));
}
