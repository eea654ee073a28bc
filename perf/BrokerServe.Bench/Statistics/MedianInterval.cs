namespace BrokerServe.Bench.Statistics;

/// <summary>A median, and between which two of the values the true one lies.</summary>
/// <remarks>
/// Nothing is assumed of how values are distributed: each lies above the true median as often as below, so how many lie below is binomial.
/// The interval is from the k-th smallest value to the k-th largest, with the largest k that covers 95 % of that. Below six values not even the
/// whole range does; <see cref="Confidence"/> says what it covers then.
/// </remarks>
/// <param name="Median">The middle value, or the mean of the two in the middle.</param>
/// <param name="Low">The interval's lower end.</param>
/// <param name="High">The interval's upper end.</param>
/// <param name="Confidence">How often such an interval holds the true median, 0 to 1.</param>
/// <param name="Count">How many values there are.</param>
internal readonly record struct MedianInterval(double Median, double Low, double High, double Confidence, int Count)
{
    /// <summary>What is asked of an interval.</summary>
    public const double Wanted = 0.95;

    /// <summary>Whether there are values enough to exclude something.</summary>
    public bool IsDecisive => Confidence >= Wanted;

    /// <summary>The median of some values; at least one.</summary>
    public static MedianInterval Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        var count = sorted.Length;
        if (count == 0)
        {
            throw new ArgumentException("There is no median of nothing.", nameof(values));
        }

        var rank = 0; // From 0: the interval is from sorted[rank] to its counterpart at the other end.
        var confidence = Coverage(count, 0);
        while (2 * (rank + 1) < count && Coverage(count, rank + 1) >= Wanted)
        {
            confidence = Coverage(count, ++rank);
        }

        return new MedianInterval(
            (sorted[(count - 1) / 2] + sorted[count / 2]) / 2, sorted[rank], sorted[count - 1 - rank], confidence, count);
    }

    /// <summary>How often more than <paramref name="rank"/> of the values lie on either side of the true median.</summary>
    private static double Coverage(int count, int rank)
    {
        var outside = 0.0;
        var term = Math.Pow(0.5, count); // Of the binomial distribution: none below.
        for (var below = 0; below <= rank; below++)
        {
            outside += term;
            term *= (count - below) / (below + 1.0);
        }

        return Math.Max(0, 1 - (2 * outside));
    }
}
