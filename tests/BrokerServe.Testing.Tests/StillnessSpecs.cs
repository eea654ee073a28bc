using BrokerServe.Testing.Time;
using BrokerServe.Transport.Supervision;
using Xunit;

namespace BrokerServe.Testing.Tests;

/// <summary>When everything counts as having come to rest.</summary>
public sealed class StillnessSpecs
{
    [Fact]
    public async Task What_moves_for_ever_is_named()
    {
        var stillness = new Stillness(() => [new Part(() => ("a worker runs", 0))], TimeSpan.FromMilliseconds(50));

        var failure = await Assert.ThrowsAsync<TimeoutException>(stillness.WaitAsync);

        Assert.Contains("a worker runs", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_that_is_always_in_the_part_that_is_not_looked_at_is_not_missed()
    {
        var at = 1;
        var moves = 0;
        var stillness = new Stillness(() => [Holder(0), Holder(1)], Stillness.Patience);

        await stillness.WaitAsync();

        Assert.Equal(10, moves);

        Part Holder(int number) => new(() =>
        {
            var motion = at == number ? "it moves" : null;
            if (moves < 10)
            {
                at = number; // Right after the look, which has found nothing.
                moves++;
            }
            else
            {
                at = -1;
            }

            return (motion, moves);
        });
    }

    private sealed class Part(Func<(string? Motion, long Moves)> look) : IMovingPart
    {
        public string? FindMotion(ref long moves)
        {
            var (motion, counted) = look();
            moves += counted;
            return motion;
        }
    }
}
