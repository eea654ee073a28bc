using BrokerServe.Client.Calls;
using BrokerServe.Client.Publishing;
using BrokerServe.Client.Tests.Harness;

namespace BrokerServe.Client.Tests;

/// <summary>A caller whose clock a test moves is followed until it waits again.</summary>
public sealed class CallersSpecs
{
    private readonly Callers _callers = new();
    private readonly CallTable _calls = new(1, new Mailbox()); // In which no slot is open, so that whoever has not ended runs.
    private readonly TaskCompletionSource<int> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task A_caller_that_waits_for_its_outcome_runs_from_its_arrival_until_it_waits_for_something_else()
    {
        using var goesOn = new ManualResetEventSlim();
        var caller = AwaitAsync(_callers.Begin().Follow(new ValueTask<int>(_outcome.Task)), goesOn);
        Assert.True(AreMoving);

        _outcome.SetResult(7);
        Assert.True(AreMoving);
        goesOn.Set();

        Assert.Equal(7, await Within.ReasonAsync(caller, "the caller went on"));
        await Within.UntilAsync(() => !AreMoving, "the caller had ended");
    }

    [Fact]
    public async Task A_caller_that_comes_for_its_outcome_when_it_is_there_is_followed_from_then_on()
    {
        var call = _callers.Begin().Follow(new ValueTask<int>(_outcome.Task));
        _outcome.SetResult(7);
        await Within.UntilAsync(() => !AreMoving, "the outcome was there, with nobody to take it");

        // As an await does that looked before it was there.
        using var goesOn = new ManualResetEventSlim();
        Register(call, goesOn.Wait);
        Assert.True(AreMoving);

        goesOn.Set();
        await Within.UntilAsync(() => !AreMoving, "the caller had ended");
    }

    [Fact]
    public async Task A_failure_reaches_a_followed_caller_as_it_was_thrown()
    {
        var failure = new InvalidOperationException();
        var call = _callers.Begin().Follow(new ValueTask<int>(_outcome.Task)).AsTask();
        var oneWay = _callers.Begin().Follow(new ValueTask(_outcome.Task)).AsTask();

        _outcome.SetException(failure);

        Assert.Same(failure, await Assert.ThrowsAsync<InvalidOperationException>(() => call));
        Assert.Same(failure, await Assert.ThrowsAsync<InvalidOperationException>(() => oneWay));
        await Within.UntilAsync(() => !AreMoving, "both callers had ended");
    }

    [Fact]
    public void On_the_systems_clock_nobody_is_followed() => Assert.Null(Callers.For(TimeProvider.System));

    private bool AreMoving
    {
        get
        {
            var moves = 0L;
            return _callers.AreMoving(_calls, ref moves);
        }
    }

    private static void Register(ValueTask<int> call, Action goOn) => call.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(goOn);

    private static async Task<int> AwaitAsync(ValueTask<int> call, ManualResetEventSlim goesOn)
    {
        var outcome = await call.ConfigureAwait(false);
        goesOn.Wait();
        return outcome;
    }
}
