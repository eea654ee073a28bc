namespace BrokerServe.Router.Tests.Routing;

/// <summary>How far counts are from what was expected of them.</summary>
internal static class ChiSquare
{
    /// <summary>Exceeded once in a thousand honest runs, by degrees of freedom 1, 2, 3. Seeds are fixed, so a run that passes always passes.</summary>
    public static readonly double[] OnceInAThousand = [double.NaN, 10.828, 13.816, 16.266];

    public static double Of(IEnumerable<(long Counted, double Expected)> cells) =>
        cells.Sum(cell => (cell.Counted - cell.Expected) * (cell.Counted - cell.Expected) / cell.Expected);

    /// <summary>Of a table of two yes-or-no questions; large when one answer tells of the other. One degree of freedom.</summary>
    public static double OfIndependence(IReadOnlyCollection<(bool Left, bool Right)> answers)
    {
        double all = answers.Count, left = answers.Count(a => a.Left), right = answers.Count(a => a.Right);
        return Of(
        [
            (answers.Count(a => a is (true, true)), left * right / all),
            (answers.Count(a => a is (true, false)), left * (all - right) / all),
            (answers.Count(a => a is (false, true)), (all - left) * right / all),
            (answers.Count(a => a is (false, false)), (all - left) * (all - right) / all),
        ]);
    }
}
