namespace BrokerServe.Protocol.Reports;

/// <summary>Adds up what was counted per second, and knows whether anybody could say.</summary>
internal struct Rate
{
    private double _perSecond;
    private bool _isKnown;

    public readonly double? PerSecond => _isKnown ? _perSecond : null;

    /// <summary>Adds a router's part: a count, what it was before, and how long ago that was; null: it was not heard before.</summary>
    public void Add(long count, long? before, double seconds)
    {
        if (before is { } earlier)
        {
            _isKnown = true;
            _perSecond += Math.Max(0, count - earlier) / seconds; // Less than before: it was removed, and begins again.
        }
    }
}
