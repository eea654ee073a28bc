using BrokerServe.LoadGenerator;

namespace BrokerServe.Benchmarks.Tests.Load;

/// <summary>A target that does with requests what a test wants.</summary>
internal sealed class Trial(Generator generator) : ITarget
{
    private readonly Lock _lock = new();
    private int _underWay;

    /// <summary>When a request is answered; zero: before its sending has returned; null: never.</summary>
    public TimeSpan? AnswersAfter { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>How long the first request takes to be sent.</summary>
    public TimeSpan StallsFor { get; init; }

    /// <summary>How requests end.</summary>
    public string? Error { get; init; }

    /// <summary>Told of each answer, once the generator has it.</summary>
    public Action? Answered { get; set; }

    public int Sent { get; private set; }

    public int MostUnderWay { get; private set; }

    /// <summary>Called when it is disposed of.</summary>
    public Action? Disposed { get; init; }

    public async ValueTask SendAsync(int slot)
    {
        Count();
        if (Sent == 1)
        {
            await Task.Delay(StallsFor);
        }

        if (AnswersAfter == TimeSpan.Zero)
        {
            End(slot);
        }
        else if (AnswersAfter is { } after)
        {
            _ = AnswerAsync(slot, after);
        }
    }

    public ValueTask DisposeAsync()
    {
        Disposed?.Invoke();
        return ValueTask.CompletedTask;
    }

    private async Task AnswerAsync(int slot, TimeSpan after)
    {
        do
        {
            await Task.Delay(after);
        }
        while (End(slot));
    }

    private bool End(int slot)
    {
        lock (_lock)
        {
            _underWay--;
        }

        var goesOn = generator.Ended(slot, Error);
        Answered?.Invoke();
        if (!goesOn)
        {
            return false;
        }

        Count();
        return true;
    }

    private void Count()
    {
        lock (_lock)
        {
            Sent++;
            MostUnderWay = Math.Max(MostUnderWay, ++_underWay);
        }
    }
}
