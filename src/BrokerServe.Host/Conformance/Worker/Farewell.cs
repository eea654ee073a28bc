namespace BrokerServe.Host.Conformance.Worker;

/// <summary>What the checks of draining tell each other.</summary>
/// <param name="from">Where the roster was when it was to begin.</param>
internal sealed class Farewell(int from)
{
    public int From { get; } = from;

    /// <summary>Up to where in the roster draining was looked at.</summary>
    public int DrainingAt { get; set; } = from;

    /// <summary>Queries that were sent to the draining replica, and must be answered: no fence was behind them.</summary>
    public IReadOnlyList<SentQuery> Asked { get; private set; } = [];

    public async Task AskAsync(WorkerStage stage, CancellationToken stopping)
    {
        const int Count = 3;
        var queries = Enumerable.Repeat(stage.Ordinary, Count);
        Asked = await stage.SendAsync(await stage.Slow.WhyNotAsync(stopping) is null ? [stage.Slow.Slow, .. queries] : queries, stopping);
    }
}
