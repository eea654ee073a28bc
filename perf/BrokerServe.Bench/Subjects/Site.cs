using BrokerServe.Bench.Planning;

namespace BrokerServe.Bench.Subjects;

/// <summary>Where, and under which promise, subjects run.</summary>
/// <param name="Binaries">What there is to start.</param>
/// <param name="BrokerUri">Through which broker; empty: none is needed.</param>
/// <param name="Folder">For files that processes are given.</param>
/// <param name="Guarantee">What is promised of a request.</param>
/// <param name="QueueType">Of the queue in which requests wait.</param>
internal sealed record Site(Binaries Binaries, string BrokerUri, string Folder, Guarantee Guarantee, QueueType QueueType)
{
    /// <summary>Where telemetry goes; empty: nowhere.</summary>
    public string Collector { get; init; } = "";

    public bool Safe => Guarantee == Guarantee.AtLeastOnce;

    public string Queue => QueueType.ToString().ToLowerInvariant();
}
