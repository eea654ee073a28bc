namespace BrokerServe.Bench.Reporting;

/// <summary>What is reached of what.</summary>
internal static class GoalSection
{
    /// <summary>A row for each goal that was measured; null when none was.</summary>
    public static Table? Of(Query query)
    {
        var table = new Table("goal", "found", "bar", "aim");
        foreach (var goal in Goals.All)
        {
            if (goal.Measured(query) is { } found)
            {
                table.Add(goal.Title, Words.Interval(found, goal.Unit), Wish(goal.Bar), Wish(goal.Aim));

                string Wish(double? wish) => wish is { } number
                    ? $"{(goal.More ? "≥" : "≤")} {Words.Number(number)}{goal.Unit}: {Word(goal.Judge(found, number))}"
                    : "–";
            }
        }

        return table.IsEmpty ? null : table;
    }

    private static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Reached => "reached",
        Verdict.Within => "not excluded",
        Verdict.Excluded => "**excluded**",
        _ => "undecided, too few rounds",
    };
}
