using BrokerServe.Transport.Supervision;
using Microsoft.Extensions.Time.Testing;

namespace BrokerServe.Transport.Tests.Supervision;

/// <summary>What counts as moving.</summary>
public sealed class MotionSpecs
{
    [Fact]
    public void Something_moves_until_everything_that_has_begun_has_ended()
    {
        var motion = new Motion();
        Assert.False(IsMoving(motion, out var before));

        motion.Begin();
        motion.Begin();
        Assert.True(IsMoving(motion, out _));
        motion.End();
        Assert.True(IsMoving(motion, out _));
        motion.End();

        Assert.False(IsMoving(motion, out var after));
        Assert.NotEqual(before, after); // At rest at both looks, and moved in between.
    }

    [Fact]
    public void On_the_systems_clock_nothing_is_counted()
    {
        Assert.Null(Motion.For(TimeProvider.System));
        Assert.NotNull(Motion.For(new FakeTimeProvider()));
    }

    private static bool IsMoving(Motion motion, out long moves)
    {
        moves = 0;
        return motion.IsMoving(ref moves);
    }
}
