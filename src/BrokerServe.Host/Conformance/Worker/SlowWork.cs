namespace BrokerServe.Host.Conformance.Worker;

/// <summary>Takes the places of a replica with work that takes a while, to see what it does with more.</summary>
/// <param name="stage">Whose replica.</param>
internal sealed class SlowWork(WorkerStage stage)
{
    /// <summary>Shorter work cannot be told from the ways of messages on a busy machine.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(250);

    /// <summary>So many queries at most are sent to take all places.</summary>
    private const int MostPlaces = 1_024;

    private string? _why;
    private bool _isMeasured;

    /// <summary>How long it took when it was measured.</summary>
    public TimeSpan Takes { get; private set; }

    /// <summary>Queries that ran, and when their first answers came: the spans in which the replica was busy.</summary>
    public List<(long From, long To)> Spans { get; } = [];

    /// <summary>Why there is no such work; null when there is. Measured once.</summary>
    public async Task<string?> WhyNotAsync(CancellationToken stopping)
    {
        if (!_isMeasured)
        {
            _why = await MeasureAsync(stopping);
            _isMeasured = true;
        }

        return _why;
    }

    /// <summary>Takes all places, in the name of the second router.</summary>
    public async Task<IReadOnlyList<SentQuery>> FillAsync(CancellationToken stopping, int? places = null) =>
        await stage.SendAsync(Enumerable.Repeat(Slow, places ?? stage.Subject.Limit), stopping, stage.Kit.Second);

    /// <summary>Waits until all of it was answered.</summary>
    /// <returns>The answer that came first; null when one did not come.</returns>
    public async Task<Reply?> EmptyAsync(IEnumerable<SentQuery> filled, CancellationToken stopping)
    {
        Reply? first = null;
        foreach (var sent in filled)
        {
            if (await stage.AnswerAsync(sent, stopping) is not { } reply)
            {
                return null;
            }

            Spans.Add((sent.At, reply.At));
            first = first is null || reply.At < first.At ? reply : first;
        }

        return first;
    }

    /// <summary>One query of this work.</summary>
    public Query Slow => new(stage.Settings.Slow!);

    private async Task<string?> MeasureAsync(CancellationToken stopping)
    {
        const string Advice = "Name a method that takes half a second or longer: --slow METHOD or --slow METHOD=JSON.";
        if (stage.Settings.Slow is null)
        {
            return Advice;
        }

        if (stage.Subject.Limit > MostPlaces)
        {
            return $"It may be sent {stage.Subject.Limit} queries, and {MostPlaces} at most are sent here. Start it with a lower limit.";
        }

        var sent = await stage.SendAsync(Slow, stopping);
        if (await stage.AnswerAsync(sent, stopping) is not { } reply)
        {
            return stage.Silence("What --slow names");
        }

        Takes = reply.TimeSince(sent);
        Spans.Add((sent.At, reply.At));
        return !reply.IsOk ? $"What --slow names was answered with {reply.Code}. {Advice}"
            : Takes < Shortest ? $"What --slow names took {Takes.TotalMilliseconds:0} ms. {Advice}"
            : await IsOrdinaryQuickAsync(stopping) ? null
            : $"The ordinary query takes about as long as what --slow names, {Takes.TotalMilliseconds:0} ms. {Advice}";
    }

    private async Task<bool> IsOrdinaryQuickAsync(CancellationToken stopping)
    {
        const int Tries = 3; // One may be held up by a busy machine.
        for (var time = 0; time < Tries; time++)
        {
            var sent = await stage.SendAsync(stage.Ordinary, stopping);
            if (await stage.AnswerAsync(sent, stopping) is { } reply && reply.TimeSince(sent) * 2 < Takes)
            {
                return true;
            }
        }

        return false;
    }
}
