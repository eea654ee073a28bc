namespace BrokerServe.Host.Measuring;

/// <summary>How a rate went over a whole run, however long, from a count that is read now and then.</summary>
/// <remarks>One thread. Bounded: when there are many points, every other one goes, and the bars between them are twice as long.</remarks>
internal sealed class RateHistory
{
    // More than a terminal has columns; with four readings a second the bars become coarser after a minute. Even, so that it halves.
    private const int MaxBars = 240;

    private static readonly TimeSpan RecentSpan = TimeSpan.FromSeconds(1);

    private readonly List<Point> _points = [new(TimeSpan.Zero, 0)];
    private readonly Queue<Point> _recent = new([new Point(TimeSpan.Zero, 0)]);

    // At first; shorter ones would tell more of the moments between the clock and the count than of the rate.
    private TimeSpan _barLength = TimeSpan.FromMilliseconds(200);

    /// <summary>Per second: in the last second, or since the reading before when that is longer ago.</summary>
    public double Recent { get; private set; }

    /// <summary>Per second over the whole run, in bars of about equal length, the oldest first.</summary>
    public double[] Bars => [.. _points.Zip(_points.Skip(1), Rate)];

    /// <summary>The count was read.</summary>
    /// <param name="elapsed">When, from the start of the run. A reading that does not come after the last one is left out.</param>
    /// <param name="count">What it was; it never falls.</param>
    public void Add(TimeSpan elapsed, long count)
    {
        var now = new Point(elapsed, count);
        var last = _points[^1];
        if (elapsed <= last.Elapsed)
        {
            return;
        }

        AddRecent(now);

        if (_points.Count > 1 && IsToGrow(last.Elapsed - _points[^2].Elapsed, elapsed - last.Elapsed))
        {
            _points[^1] = now;
            return;
        }

        if (_points.Count > MaxBars)
        {
            Halve();
        }

        _points.Add(now);
    }

    private static double Rate(Point from, Point to) => (to.Count - from.Count) / (to.Elapsed - from.Elapsed).TotalSeconds;

    // The newest bar grows while it is hardly one, or while that brings it closer to the length of the others.
    private bool IsToGrow(TimeSpan length, TimeSpan more) => length < _barLength / 2 || length + (more / 2) < _barLength;

    private void AddRecent(Point now)
    {
        _recent.Enqueue(now);
        while (_recent.Count > 2 && now.Elapsed - _recent.ElementAt(1).Elapsed >= RecentSpan)
        {
            _recent.Dequeue();
        }

        Recent = Rate(_recent.Peek(), now);
    }

    private void Halve()
    {
        // Each removal moves the rest up by one: this takes the first, the third, the fifth, and leaves the last.
        for (var i = 1; i < _points.Count; i++)
        {
            _points.RemoveAt(i);
        }

        _barLength = _points[^1].Elapsed / (_points.Count - 1);
    }

    private readonly record struct Point(TimeSpan Elapsed, long Count);
}
