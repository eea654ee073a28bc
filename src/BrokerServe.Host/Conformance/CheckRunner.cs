using BrokerServe.Transport;

namespace BrokerServe.Host.Conformance;

/// <summary>Runs checks one after the other. Whatever becomes of one, the others have their turn.</summary>
/// <param name="stage">What they look at.</param>
/// <param name="found">Told of each finding as it is made.</param>
/// <param name="whyStopped">What to say of checks that have no turn, because the run was stopped.</param>
internal sealed class CheckRunner<TStage>(TStage stage, Action<Finding> found, Func<string> whyStopped)
{
    private readonly Dictionary<string, Verdict> _verdicts = new(StringComparer.Ordinal);

    /// <summary>Runs checks in their order.</summary>
    /// <param name="checks">What to run.</param>
    /// <param name="ready">Asked before each: null when there is something to look at, else why there is not.</param>
    /// <param name="stopping">Ends the run; the checks that remain are not observed.</param>
    public async Task RunAsync(
        IEnumerable<Check<TStage>> checks, Func<CancellationToken, Task<string?>> ready, CancellationToken stopping)
    {
        foreach (var check in checks)
        {
            var outcome = await RunAsync(check, ready, stopping);
            _verdicts[check.Name] = outcome.Verdict;
            found(new Finding(check, outcome));
        }
    }

    private async Task<Outcome> RunAsync(Check<TStage> check, Func<CancellationToken, Task<string?>> ready, CancellationToken stopping)
    {
        if (stopping.IsCancellationRequested)
        {
            return Outcome.NotObserved(whyStopped());
        }

        if (check.Needs.FirstOrDefault(need => _verdicts.GetValueOrDefault(need, Verdict.NotObserved) != Verdict.Passed) is { } missing)
        {
            var how = _verdicts.GetValueOrDefault(missing, Verdict.NotObserved) == Verdict.NotObserved ? "was not observed" : "did not pass";
            return Outcome.NotObserved($"It needs '{missing}', which {how}.");
        }

        try
        {
            return await ready(stopping) is { } absence ? Outcome.NotObserved(absence) : await check.Run(stage, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return Outcome.NotObserved(whyStopped());
        }
        catch (BrokerException fault)
        {
            return new Outcome(Verdict.Broken, fault.Message);
        }
        catch (Exception defect)
        {
            // The top of a loop: a defect of this check, which is to be seen, and not to cost the others their turn.
            return new Outcome(Verdict.Broken, $"The check itself failed: {defect.GetType().Name}: {defect.Message}");
        }
    }
}
