using BrokerServe.Router.Dispatch;

namespace BrokerServe.Router.Tests.Models;

/// <summary>The wheel against a list of deadlines.</summary>
public sealed class DeadlineWheelModelSpecs
{
    private enum Kind
    {
        Add,
        Remove,
        Wait,
        Jump,
    }

    [Fact]
    public void The_wheel_gives_what_is_due_once_never_early_and_at_most_a_tick_late() => Sequences.Check(
        seeds: 300,
        length: 300,
        chance => new Step(
            chance.Next(10) < 5 ? Kind.Add : (Kind)chance.Next(1, 4),
            chance.Next(3) switch { 0 => chance.Next(40), 1 => chance.Next(2_000), _ => chance.Next(100_000) }),
        Run);

    private static void Run(int seed, IReadOnlyList<Step> steps)
    {
        var wheel = new DeadlineWheel();
        var waiting = new List<Request>();
        var due = new List<Request>();
        var nowMs = (long)seed * 977;
        foreach (var step in steps)
        {
            switch (step.Kind)
            {
                case Kind.Add:
                    var request = new Request { DeadlineMs = nowMs + step.Value };
                    waiting.Add(request);
                    wheel.Add(request, nowMs);
                    break;
                case Kind.Remove when waiting.Count > 0:
                    var removed = waiting[step.Value % waiting.Count];
                    waiting.Remove(removed);
                    wheel.Remove(removed);
                    wheel.Remove(removed); // No error when it is not on.
                    break;
                case Kind.Wait:
                    nowMs += step.Value % 50;
                    Advance();
                    break;
                case Kind.Jump:
                    nowMs += step.Value;
                    Advance();
                    break;
            }

            Assert.Equal(waiting.Count, wheel.Count);
        }

        void Advance()
        {
            wheel.Advance(nowMs, due);
            Assert.All(due, r => Assert.True(waiting.Remove(r), "A request was due twice, or after it was removed."));
            Assert.All(due, r => Assert.True(r.DeadlineMs <= nowMs, $"At {nowMs}, what is due at {r.DeadlineMs} came early."));
            Assert.All(waiting, r => Assert.True(r.DeadlineMs > nowMs - DeadlineWheel.TickMs, $"At {nowMs}, what was due at {r.DeadlineMs} was missed."));
            due.Clear();
        }
    }

    private sealed record Step(Kind Kind, int Value);
}
