using BrokerServe.Transport.Supervision;
using CsCheck;

namespace BrokerServe.Transport.Tests.Supervision;

public sealed class SettlementPlanSpecs
{
    private readonly SettlementPlan _plan = new(prefetch: 100);

    [Fact]
    public void A_prefix_that_is_complete_takes_one_ack()
    {
        Settle(3, 1, 2);
        Assert.Equal("ack ..3", Turn());
    }

    [Fact]
    public void An_ack_that_covers_only_itself_is_single()
    {
        Settle(1);
        Assert.Equal("ack 1", Turn());
    }

    [Fact]
    public void An_ack_above_a_gap_waits_one_turn_and_then_goes_alone()
    {
        Settle(2);
        Assert.Equal("", Turn());
        Assert.True(_plan.Holds);
        Assert.Equal("ack 2", Turn());
        Assert.False(_plan.Holds);
    }

    [Fact]
    public void A_gap_that_closes_in_time_joins_the_acks()
    {
        Settle(2, 3);
        Assert.Equal("", Turn());
        Settle(1);
        Assert.Equal("ack ..3", Turn());
    }

    [Fact]
    public void A_prefix_ack_names_a_tag_that_is_still_unsettled()
    {
        Settle(2);
        Turn();
        Turn();
        Settle(1);

        // 2 was acknowledged alone: a broker would not know it any more.
        Assert.Equal("ack 1", Turn());
    }

    [Fact]
    public void A_requeue_goes_before_the_ack_that_reaches_over_it()
    {
        Settle(1, 3);
        _plan.Requeue(2);
        Assert.Equal("requeue 2, ack ..3", Turn());
    }

    [Fact]
    public void The_last_turn_holds_nothing_back()
    {
        Settle(5, 3);
        Assert.Equal("ack 5, ack 3", Turn(everything: true));
    }

    [Fact]
    public void What_is_said_twice_counts_once()
    {
        Settle(1, 1, 2, 2);
        Assert.Equal("ack ..2", Turn());
        Settle(1, 2);
        Assert.Equal("", Turn());
    }

    [Fact]
    public void One_delivery_that_stays_open_does_not_confuse_the_many_that_pass_it()
    {
        for (var tag = 2UL; tag < 100_000; tag++)
        {
            Settle(tag);
            Turn();
        }

        Turn();
        Settle(1);
        Assert.Equal("ack 1", Turn());
        Settle(100_000);
        Assert.Equal("ack 100000", Turn());
    }

    [Fact]
    public void Whatever_is_said_in_whatever_order_the_broker_is_told_exactly_that() =>
        Gen.Select(Gen.Int[1, 40], Gen.Select(Gen.Int[0, 9], Gen.Int[0, 1000]).Array[0, 300])
            .Sample((prefetch, steps) => new PlanRun(prefetch).Follows(steps), iter: 2_000);

    private void Settle(params ulong[] tags) => Array.ForEach(tags, _plan.Settle);

    private string Turn(bool everything = false) => PlanRun.Turn(_plan, everything);
}
