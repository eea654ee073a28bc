using System.Runtime.CompilerServices;

namespace BrokerServe.Router.Tests.Simulation;

/// <summary>Time, chance and the agenda of one simulation: everything that happens is an entry, and entries happen one after the other.</summary>
/// <remarks>Two runs of one seed are the same to the last entry: there is no thread, no clock and no order that is not written down here.</remarks>
internal sealed class SimWorld(int seed, TextWriter? trace, SimTally tally)
{
    private readonly PriorityQueue<Action, (long AtMs, long Order)> _agenda = new();
    private long _order;

    public Random Chance { get; } = new(seed);

    public long NowMs { get; private set; }

    public long Steps { get; private set; }

    public SimTally Tally => tally;

    /// <summary>Nothing goes wrong any more, and no handler takes unusually long.</summary>
    public bool IsWell { get; set; }

    public bool IsTraced => trace is not null;

    /// <summary>Does something after a while.</summary>
    public void After(long delayMs, Action action) => _agenda.Enqueue(action, (NowMs + Math.Max(0, delayMs), ++_order));

    /// <summary>Does something after a while of at most so many milliseconds.</summary>
    public void Within(int maxDelayMs, Action action) => After(Chance.Next(maxDelayMs + 1), action);

    public bool Happens(double probability) => Chance.NextDouble() < probability;

    public T Pick<T>(IReadOnlyList<T> from) => from[Chance.Next(from.Count)];

    /// <summary>Runs until a time, looking at the laws after every entry.</summary>
    public void RunUntil(long endMs, Action checkLaws)
    {
        while (_agenda.TryPeek(out var action, out var when) && when.AtMs <= endMs)
        {
            _agenda.Dequeue();
            NowMs = when.AtMs;
            Steps++;
            action();
            checkLaws();
        }

        NowMs = endMs;
    }

    /// <summary>Writes a line, when somebody reads: what is between the quotes costs nothing otherwise.</summary>
    public void Say([InterpolatedStringHandlerArgument("")] SimLine line)
    {
        if (trace is not null)
        {
            trace.WriteLine($"{NowMs,7} {line.Text}");
        }
    }
}
